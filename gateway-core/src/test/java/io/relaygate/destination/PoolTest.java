package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.net.Address;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that callers give back wait for the same caller, and for nobody else. */
@Timeout(30)
class PoolTest {

    private static final Caller ALICE = new Caller("alice", "token", Set.of("apps"));
    private static final Caller BOB = new Caller("bob", "token", Set.of("apps"));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final Deadlines deadlines = new Deadlines(now::get);
    private final Threads threads = new Threads(0);
    private final Metrics metrics = new Metrics();
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private int port;
    private AddressDestination destination;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = server.getLocalPort();
        threads.start("server", () -> {
            try {
                while (true) {
                    accepted.add(server.accept());
                }
            } catch (IOException e) {
                // Closed.
            }
        });
        destination = destination(new PoolSettings(2, Duration.ofSeconds(30)), DestinationSettings.ProxyProtocol.NONE);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        destination.end();
        server.close();
        await().until(() -> threads.alive() == 0);
        for (Socket each : accepted) {
            each.setSoTimeout(10_000);
            assertThat(each.getInputStream().read()).as("closed").isNegative();
            each.close();
        }
        assertThat(deadlines.waiting()).isZero();
        threads.close();
    }

    private AddressDestination destination(PoolSettings pool, DestinationSettings.ProxyProtocol header) {
        DestinationSettings settings = new DestinationSettings(
                List.of(new Address.Tcp(new HostPort("127.0.0.1", port))), DestinationSettings.Policy.FAILOVER,
                Duration.ofSeconds(5), header, List.of(), null, null, null, pool, null);
        return new AddressDestination(
                "echo", settings, InstantSource.system(), new Random(1), Names.shared(), new OwnPorts(Map::of), new SharedUse(),
                new Pool("echo", pool, now::get, deadlines, threads, metrics), null, SqlBrowser.USUAL);
    }

    private Dialed borrow(Caller caller) throws IOException {
        return destination.borrow(new DialContext("0".repeat(32), "in", "127.0.0.1:1", caller, null, List.of(), Instant.now().plusSeconds(10)));
    }

    private static void giveBack(Dialed borrowed) {
        Objects.requireNonNull(borrowed.loan()).giveBack();
    }

    private Socket peer(int number) {
        await().until(() -> accepted.size() > number);
        return accepted.get(number);
    }

    private void assertClosed(int number, String why) throws IOException {
        Socket socket = peer(number);
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read()).isNegative();
        assertThat(closed(why)).isPositive();
    }

    private long closed(String why) {
        return metrics.counter("relaygate_pool_closed", "Connections of pools that were closed, by why.", "destination", "why")
                .value("echo", why);
    }

    @Test
    void givesACallerItsOwnConnectionAgainTheOneThatWasUsedLast() throws IOException {
        Dialed first = borrow(ALICE);
        Dialed second = borrow(ALICE);
        peer(1);
        giveBack(first);
        giveBack(second);
        assertThat(metrics.exposition()).contains("relaygate_pool_idle{destination=\"echo\"} 2");
        Dialed again = borrow(ALICE);
        again.link().out().write('x');
        assertThat(peer(1).getInputStream().read()).isEqualTo('x');
        peer(1).getOutputStream().write('y');
        assertThat(again.link().in().read()).isEqualTo('y');
        giveBack(again);
        assertThat(accepted).hasSize(2);
        assertThat(metrics.exposition())
                .contains("relaygate_pool_borrowed_total{destination=\"echo\",how=\"reused\"} 1")
                .contains("relaygate_pool_borrowed_total{destination=\"echo\",how=\"new\"} 2");
    }

    @Test
    void givesNobodyAConnectionOfAnotherCallerNorOfOneInOtherGroups() throws IOException {
        giveBack(borrow(ALICE));
        giveBack(borrow(BOB));
        peer(1);
        Dialed other = borrow(new Caller("alice", "token", Set.of("ops")));
        peer(2);
        other.link().close();
    }

    @Test
    void isOfNoUseToWhoeverHasGivenItBack() throws IOException {
        Dialed borrowed = borrow(ALICE);
        giveBack(borrowed);
        Link link = borrowed.link();
        assertThatThrownBy(() -> link.out().write(1)).isInstanceOf(SocketException.class).hasMessage("the connection is closed");
        assertThatThrownBy(() -> link.in().read()).isInstanceOf(SocketException.class);
        link.abort();
        link.deadline(Instant.now());
        Dialed again = borrow(ALICE);
        again.link().out().write('x');
        assertThat(peer(0).getInputStream().read()).isEqualTo('x');
        assertThat(accepted).hasSize(1);
        again.link().close();
    }

    @Test
    void closesWhatIsGivenBackWithMoreToReadOrEndedOrBrokenOrInUse() throws IOException {
        Dialed unread = borrow(ALICE);
        peer(0).getOutputStream().write("xy".getBytes(StandardCharsets.US_ASCII));
        assertThat(unread.link().in().read()).isEqualTo('x');
        giveBack(unread);
        assertClosed(0, "dirty");
        Dialed looked = borrow(ALICE);
        peer(1).getOutputStream().write('x');
        looked.link().peek(1);
        giveBack(looked);
        assertClosed(1, "dirty");
        Dialed finished = borrow(ALICE);
        finished.link().finish();
        giveBack(finished);
        assertClosed(2, "dirty");
        Dialed broken = borrow(ALICE);
        broken.link().close();
        giveBack(broken);
        assertClosed(3, "dirty");
        Dialed read = borrow(ALICE);
        AtomicReference<@Nullable Exception> end = new AtomicReference<>();
        Thread reader = threads.start("reader", () -> {
            try {
                read.link().in().read();
            } catch (IOException e) {
                end.set(e);
            }
        });
        await().until(() -> reader.getState() == Thread.State.WAITING);
        giveBack(read);
        assertClosed(4, "dirty");
        await().until(() -> end.get() != null);
        assertThat(closed("dirty")).isEqualTo(5);
    }

    @Test
    void connectsAnewWhereTheDestinationHasClosedOrSpokenMeanwhile() throws IOException {
        Dialed first = borrow(ALICE);
        Dialed second = borrow(ALICE);
        peer(1);
        giveBack(first);
        giveBack(second);
        peer(0).shutdownOutput();
        peer(1).getOutputStream().write("late".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> {
            Dialed fresh = borrow(ALICE);
            fresh.link().close();
            return closed("stale") == 2;
        });
    }

    @Test
    void closesTheOldestWhenThereAreTooManyAndEachWhenItsTimeIsOver() throws IOException {
        Dialed first = borrow(ALICE);
        Dialed second = borrow(ALICE);
        Dialed third = borrow(BOB);
        peer(2);
        giveBack(first);
        now.updateAndGet(before -> before.plusSeconds(10));
        giveBack(second);
        giveBack(third);
        assertClosed(0, "full");
        now.updateAndGet(before -> before.plusSeconds(29));
        deadlines.wake();
        assertThat(closed("idle")).isZero();
        now.updateAndGet(before -> before.plusSeconds(1));
        deadlines.wake();
        assertClosed(1, "idle");
        assertClosed(2, "idle");
    }

    @Test
    void keepsNothingOnceTheDestinationIsGone() throws IOException {
        Dialed waiting = borrow(ALICE);
        Dialed used = borrow(ALICE);
        peer(1);
        giveBack(waiting);
        destination.end();
        assertClosed(0, "ended");
        giveBack(used);
        assertClosed(1, "ended");
    }

    @Test
    void keepsNoConnectionThatWasAnnouncedForAClientAndCountsAFailureLikeADial() throws IOException {
        destination.end();
        destination = destination(PoolSettings.USUAL, DestinationSettings.ProxyProtocol.V1);
        Dialed announced = borrow(ALICE);
        assertThat(announced.loan()).isNull();
        announced.link().close();
        peer(0).getInputStream().readAllBytes();
        destination.end();
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        destination = destination(PoolSettings.USUAL, DestinationSettings.ProxyProtocol.NONE);
        assertThatThrownBy(() -> borrow(ALICE)).isInstanceOf(RefusedException.class).hasMessageContaining("refused the connection");
    }
}
