package io.relaygate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Arrival;
import io.relaygate.access.Trust;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteDestination;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.Wire;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A site to whom azbridge sends, and an edge that sends to azbridge, over a relay in memory; the other side is played byte by byte. */
@Timeout(60)
class AzbridgeTest {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final String PREAMBLE = "\1\0\0";

    private final Threads threads = new Threads(0);
    private final Metrics metrics = new Metrics();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private EmbeddedRelay embedded;
    private Relay relay;
    private @Nullable RelayEntryPoint site;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        RelaySettings settings = new RelaySettings(
                null, List.of(), null, Map.of(), Map.of("bridge", new RelaySettings.HybridConnection(Map.of(), true, null)), Duration.ZERO,
                Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(10), 10, 100, 25, RelaySettings.Profile.AZURE, null);
        embedded = new EmbeddedRelay(settings, stateDir, threads, CLOCK, metrics);
        relay = embedded.inMemory("own");
    }

    @AfterEach
    void leavesNothing() {
        if (site != null) {
            site.close();
            site.release();
        }
        relay.close();
        embedded.close();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(Buffers.outstanding()).as("buffers").isZero();
        });
        threads.close();
    }

    private static EntryPointSettings settings(@Nullable String service, Duration routeTimeout, int maxSessions) {
        return new EntryPointSettings(
                null, List.of("own"), "bridge", service, 1, Mode.PLAIN, Wire.AZBRIDGE, routeTimeout, Duration.ofSeconds(3), maxSessions, 256, null, null, null, null);
    }

    /** A site that connects whoever wants {@code echo}, and refuses the rest. */
    private void site(EntryPointSettings settings) {
        Tunnelling tunnelling = new Tunnelling(
                name -> name, TunnelSettings.USUAL, threads, Budget.ofProcess(), new LaneSlots(metrics), new Trust(), new CarrierRefusals(metrics));
        site = RelayEntryPoint.open("hub", settings, List.of(relay), tunnelling, CLOCK, this::serve, metrics);
    }

    private void serve(Arrival arrival) {
        try {
            arrival.client().admitted();
            told.add(String.valueOf(arrival.service()));
            if (!"echo".equals(arrival.service())) {
                throw new RefusedException(Reason.NOT_FOUND, "no such service");
            }
            try (Link link = arrival.client().accept(arrival.deadline())) {
                link.deadline(null);
                link.in().transferTo(link.out());
                link.finish();
            }
            arrival.client().over(null);
        } catch (RefusedException e) {
            arrival.client().refuse(e);
            told.add(e.reason() + ": " + e.getMessage());
            arrival.client().over(e);
        } catch (SocketTimeoutException e) {
            arrival.client().refuse(new RefusedException(Reason.UNREACHABLE, "it failed"));
            told.add("timeout: " + e.getMessage());
            arrival.client().over(null);
        } catch (IOException e) {
            arrival.client().refuse(new RefusedException(Reason.UNREACHABLE, "it failed"));
            told.add("lost: " + e.getMessage());
            arrival.client().over(null);
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(told.poll(20, TimeUnit.SECONDS));
    }

    private Link sender() throws IOException {
        Link link = relay.connect("bridge", null, Map.of(), soon());
        link.deadline(soon());
        return link;
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(20);
    }

    private static byte[] bytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    private static String asking(String name) {
        return PREAMBLE + (char) name.length() + name;
    }

    @Test
    void connectsAtEveryCutOfThePreambleAndPassesEachEndOnAlone() throws Exception {
        site(settings(null, Duration.ofSeconds(30), 100));
        byte[] all = bytes(asking("Echo") + "hello");
        for (int cut = 0; cut <= all.length; cut++) {
            try (Link sender = sender()) {
                sender.out().write(all, 0, cut);
                sender.out().write(all, cut, all.length - cut);
                assertThat(sender.in().readNBytes(3)).isEqualTo(bytes(PREAMBLE));
                sender.finish();
                assertThat(new String(sender.in().readAllBytes(), UTF_8)).isEqualTo("hello");
            }
            assertThat(next()).isEqualTo("echo");
        }
    }

    @ParameterizedTest
    @CsvSource({"echo, 1433, echo", "echo, '', echo", "echo, other, other", "echo, 123456, 123456", ", 1433, 1433", ", '', null"})
    void aNumberMeansTheServiceOfTheEntryPointIfItHasOne(@Nullable String service, String name, String meant) throws Exception {
        site(settings(service, Duration.ofSeconds(30), 100));
        try (Link sender = sender()) {
            sender.out().write(bytes(asking(name)));
            assertThat(next()).isEqualTo(meant);
            assertThat(sender.in().readNBytes(3)).isEqualTo(meant.equals("echo") ? bytes(PREAMBLE) : new byte[0]);
        }
    }

    @Test
    void whoAsksForWhatIsNotThereIsAnsweredAsAzbridgeDoes() throws Exception {
        site(settings(null, Duration.ofSeconds(30), 100));
        refused(asking("sql"), "", "sql", "NOT_FOUND: no such service");
        refused("\1\0\1\3sql", "\0\0\377", "MALFORMED: asks by azbridge's preamble for datagrams, which are not carried");
        refused("GET / HTTP/1.1\r\n", "\0\0\0", "MALFORMED: does not begin with azbridge's preamble, version 1.0");
        refused(asking("a b"), "", "MALFORMED: asks by azbridge's preamble for what cannot be a service's name");
    }

    private void refused(String sent, String answered, String... said) throws Exception {
        try (Link sender = sender()) {
            sender.out().write(bytes(sent));
            assertThat(sender.in().readAllBytes()).isEqualTo(bytes(answered));
            for (String each : said) {
                assertThat(next()).isEqualTo(each);
            }
        }
    }

    @Test
    void aSenderThatEndsOrWaitsWithinThePreambleIsGivenUp() throws Exception {
        site(settings(null, Duration.ofMillis(300), 100));
        try (Link sender = sender()) {
            sender.out().write(bytes("\1\0"));
            sender.finish();
            assertThat(next()).isEqualTo("lost: the sender has ended within azbridge's preamble");
        }
        try (Link sender = sender()) {
            sender.out().write(bytes("\1\0"));
            assertThat(next()).startsWith("timeout: nothing, or not all, of azbridge's preamble");
            assertThatThrownBy(() -> sender.in().read()).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void sendersWhoHaveNotAskedYetCountAsSessionsAndAreEndedWithTheEntryPoint() throws Exception {
        site(settings(null, Duration.ofSeconds(30), 1));
        Link first = sender();
        assertThatThrownBy(this::sender)
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
        assertThat(next()).startsWith("BUSY: entry point 'hub' has 1 sessions");
        Objects.requireNonNull(site).close();
        assertThatThrownBy(() -> first.in().read()).isInstanceOf(IOException.class);
        assertThat(next()).startsWith("lost: ");
        first.abort();
    }

    private SiteDestination edge() {
        return new SiteDestination("oslo", "sql", "bridge", Wire.AZBRIDGE, Duration.ofSeconds(20), List.of(relay), new Reach(CLOCK), CLOCK);
    }

    private static DialContext context() {
        return new DialContext("0".repeat(32), "in", "test", Caller.ANONYMOUS, null, List.of(), soon());
    }

    /** A listener that knows the logical port {@code sql} alone. */
    private RelayListener listener(String answer) {
        return relay.listen("bridge", 1, offer -> {
            try (Link link = offer.accept(soon())) {
                link.deadline(soon());
                told.add(String.valueOf(offer.service()));
                told.add(new String(link.in().readNBytes(7), UTF_8));
                link.out().write(bytes(answer));
                link.in().transferTo(link.out());
                link.finish();
            } catch (IOException e) {
                told.add("lost");
            }
        });
    }

    @Test
    void anEdgeAsksForTheServiceAsTheLogicalPort() throws Exception {
        try (RelayListener listener = listener(PREAMBLE)) {
            await().until(() -> listener.connected() == 1);
            try (Link link = edge().dial(context()).link()) {
                link.out().write(bytes("hello"));
                link.finish();
                assertThat(new String(link.in().readAllBytes(), UTF_8)).isEqualTo("hello");
            }
            assertThat(next()).as("the path ends with the hybrid connection").isEqualTo("null");
            assertThat(next()).isEqualTo(asking("sql"));
        }
    }

    @Test
    void anEdgeSaysWhatTheListenerHasAgainstIt() throws Exception {
        try (RelayListener listener = listener("\0\0\1")) {
            await().until(() -> listener.connected() == 1);
            assertThatThrownBy(() -> edge().dial(context()))
                    .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                    .hasMessage("service 'oslo/sql': the listener's logical port 'sql' takes UDP only");
        }
    }
}
