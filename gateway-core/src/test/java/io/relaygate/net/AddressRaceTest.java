package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.AddressRace.Connector;
import io.relaygate.net.AddressRace.Won;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several addresses of one host, of which some swallow everything. */
@Timeout(60)
class AddressRaceTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private ServerSocket echo;
    private final Map<InetSocketAddress, Boolean> aborted = new ConcurrentHashMap<>();

    @BeforeEach
    void starts() throws IOException {
        echo = TestProxy.echo();
    }

    @AfterEach
    void stops() throws IOException {
        echo.close();
    }

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), 443);
    }

    private static final InetSocketAddress DEAD = address("2001:db8::1");
    private static final InetSocketAddress CLOSED = address("192.0.2.1");
    private static final InetSocketAddress GOOD = address("192.0.2.2");
    private static final InetSocketAddress BETTER = address("2001:db8::2");

    /** As the addresses are named. */
    private final Connector world = (to, deadline, early) -> {
        if (to.equals(CLOSED)) {
            throw new ConnectException("refused");
        }
        if (to.equals(DEAD)) {
            CountDownLatch end = new CountDownLatch(1);
            early.abortable(end::countDown);
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            aborted.put(to, true);
            throw new ClosedChannelException();
        }
        return SocketLink.connect(echo.getLocalSocketAddress(), deadline, early);
    };

    private Won run(Duration stagger, InetSocketAddress... addresses) throws IOException {
        Won won = new AddressRace(world, stagger).run(List.of(addresses), Instant.now().plusSeconds(50));
        won.link().close();
        return won;
    }

    @Test
    void anAddressThatSwallowsEverythingCostsAMomentAndIsLeft() throws IOException {
        Won won = run(Duration.ofMillis(1), DEAD, GOOD);
        assertThat(won.address()).isEqualTo(GOOD);
        assertThat(won.others()).as("of which nothing bad is known").containsExactly(DEAD);
        await().until(() -> aborted.containsKey(DEAD));
    }

    @Test
    void whatFailsGivesItsTurnAtOnce() throws IOException {
        Won won = run(NEVER, CLOSED, BETTER, GOOD);
        assertThat(won.address()).isEqualTo(BETTER);
        assertThat(won.others()).containsExactly(GOOD);
    }

    @Test
    void theFirstThatAnswersInTimeHasNoRival() throws IOException {
        assertThat(run(NEVER, GOOD, BETTER).address()).isEqualTo(GOOD);
        assertThat(run(NEVER, BETTER).others()).isEmpty();
    }

    @Test
    void ofSeveralFailuresTheLastIsToldAndTheOthersAreKept() {
        InetSocketAddress other = address("192.0.2.9");
        Connector nobody = (to, deadline, early) -> {
            throw new ConnectException(to.getAddress().getHostAddress());
        };
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new AddressRace(nobody, NEVER).run(List.of(CLOSED, other), Instant.now().plusSeconds(50)))
                .withMessage("192.0.2.9")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void whoeverIsLateIsClosed() throws Exception {
        CountDownLatch won = new CountDownLatch(1);
        List<SocketLink> late = new ArrayList<>();
        Connector connector = (to, deadline, early) -> {
            if (to.equals(GOOD)) {
                return SocketLink.connect(echo.getLocalSocketAddress(), deadline, early);
            }
            try {
                won.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            SocketLink link = SocketLink.connect(echo.getLocalSocketAddress(), deadline);
            synchronized (late) {
                late.add(link);
            }
            return link;
        };
        int before = SocketLink.open();
        new AddressRace(connector, Duration.ofMillis(1)).run(List.of(BETTER, GOOD), Instant.now().plusSeconds(50)).link().abort();
        won.countDown();
        await().until(() -> {
            synchronized (late) {
                return late.size() == 1 && SocketLink.open() <= before;
            }
        });
    }

    @Test
    void theFamiliesTakeTurns() {
        InetAddress a = InetAddress.ofLiteral("192.0.2.1");
        InetAddress b = InetAddress.ofLiteral("192.0.2.2");
        InetAddress x = InetAddress.ofLiteral("2001:db8::1");
        InetAddress y = InetAddress.ofLiteral("2001:db8::2");
        assertThat(Names.alternating(new InetAddress[] {a, b, x, y, a})).containsExactly(a, x, b, y);
        assertThat(Names.alternating(new InetAddress[] {x, y, a})).containsExactly(x, a, y);
        assertThat(Names.alternating(new InetAddress[] {x})).containsExactly(x);
        assertThat(Names.alternating(new InetAddress[0])).isEmpty();
    }

    @Test
    void anAddressWithWhichNothingCanBeBegunGivesItsPlaceToTheOthers() throws IOException {
        // On the second of the loopback addresses nobody listens.
        InetAddress here = InetAddress.ofLiteral("127.0.0.1");
        InetAddress there = InetAddress.ofLiteral("127.0.0.2");
        InetAddress refused = InetAddress.ofLiteral("127.0.0.3");
        Names names = new Names(_ -> new InetAddress[] {refused, there, here}, 1);
        List<String> tried = new ArrayList<>();
        HostPort host = new HostPort("relay.test", echo.getLocalPort());
        String reached = names.connect(host, Instant.now().plusSeconds(50), address -> {
            tried.add("look " + address.getHostAddress());
            if (address.equals(refused)) {
                throw new IOException("not there");
            }
        }, (link, to, share) -> {
            link.close();
            tried.add("begin " + to.getAddress().getHostAddress());
            return to.getAddress().getHostAddress();
        });
        assertThat(reached).isEqualTo("127.0.0.1");
        assertThat(tried).containsExactly("look 127.0.0.3", "look 127.0.0.2", "look 127.0.0.1", "begin 127.0.0.1");
        List<String> begun = new ArrayList<>();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Names(_ -> new InetAddress[] {here}, 1).connect(host, Instant.now().plusSeconds(50), _ -> {}, (link, to, share) -> {
                    link.close();
                    begun.add(to.toString());
                    throw new IOException("no TLS");
                }))
                .withMessage("no TLS");
        assertThat(begun).hasSize(1);
    }
}
