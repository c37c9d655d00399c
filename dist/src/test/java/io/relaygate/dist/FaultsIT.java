package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens in plain mode while and after something between client and destination fails. */
@ExtendWith(NothingLeftBehind.class)
class FaultsIT {

    /** A relay that behaves badly goes on for a minute offering senders to listeners that are gone. */
    private static final Duration RECOVERY = Duration.ofSeconds(RelayProfile.pessimistic() ? 90 : 5);

    private static final Duration LONGER_THAN_A_START = Duration.ofSeconds(15);
    private static final Queue<String> ENDINGS = new ConcurrentLinkedQueue<>();

    private static TestServer echo;
    private static TestServer name;
    private static TestServer hanging;
    private static TestServer resetting;
    private static TestServer noting;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() {
        echo = TestServer.echo();
        name = TestServer.named("first");
        hanging = TestServer.hanging();
        resetting = TestServer.resetAfter(100_000);
        noting = TestServer.noting(ENDINGS);
        gateways = ThreeProcesses.plain("faults", "cadence: 500ms, tokenGrace: 1s,", Map.of(
                "echo", echo.address(),
                "name", name.address(),
                "hanging", hanging.address(),
                "resetting", resetting.address(),
                "noting", noting.address(),
                "refusing", TestServer.refusing()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, noting, resetting, hanging, name, echo);
    }

    /** Every test leaves the three running, with no session open and no buffer taken. */
    @AfterEach
    void nothingIsHeld() {
        Counts.settled(gateways);
    }

    @Test
    void relayKilledUnderLoadIsFoundAgain() {
        Counts before = Counts.settled(gateways);
        try (Load load = new Load()) {
            load.awaitMoreSuccesses(50);
            gateways.relay().child().signal("KILL");
            gateways.relay().child().exitCode(Duration.ofSeconds(5));
            gateways.relay().startAgain();
            gateways.relay().bound();
            within(RECOVERY).until(FaultsIT::echoWorks);
            load.awaitMoreSuccesses(50);
        }
        assertReliable();
        Counts.awaitBack(gateways, before);
    }

    @Test
    void siteKilledUnderLoadIsFoundAgain() {
        try (Load load = new Load()) {
            load.awaitMoreSuccesses(20);
            gateways.site().child().signal("KILL");
            gateways.site().child().exitCode(Duration.ofSeconds(5));
            gateways.site().startAgain();
            gateways.site().ready();
            within(RECOVERY).until(FaultsIT::echoWorks);
            load.awaitMoreSuccesses(20);
        }
        assertReliable();
    }

    @Test
    void edgeKilledUnderLoadLeavesNothingAtTheSite() {
        try (Load load = new Load()) {
            load.awaitMoreSuccesses(20);
            gateways.edge().child().signal("KILL");
            gateways.edge().child().exitCode(Duration.ofSeconds(5));
        }
        within(RECOVERY).until(() -> gateways.site().metric("relaygate_sessions_open") == 0);
        gateways.edge().startAgain();
        gateways.edge().ready();
        assertReliable();
    }

    @Test
    void frozenRelayIsNoticedAndServesAgain() {
        assumeFalse(RelayProfile.pessimistic(), "a relay that gives no sign of life is not noticed");
        gateways.relay().child().signal("STOP");
        try {
            within(Duration.ofSeconds(10))
                    .until(() -> gateways.site().admin("/readyz").status() == 503);
        } finally {
            gateways.relay().child().signal("CONT");
        }
        within(RECOVERY).until(FaultsIT::echoWorks);
        gateways.site().ready();
        assertReliable();
    }

    @Test
    void destinationThatRefusesEndsTheSession() throws IOException {
        endsWithoutBytes("refusing", Duration.ofSeconds(2));
        within(Duration.ofSeconds(5)).until(() -> gateways.site().child().told().contains("REFUSED"));
    }

    @Test
    void destinationThatHangsEndsTheSessionAfterItsConnectTimeout() throws IOException {
        endsWithoutBytes("hanging", Duration.ofSeconds(6));
    }

    private static void endsWithoutBytes(String service, Duration limit) throws IOException {
        Instant start = Instant.now();
        try (TestClient client = TestClient.connect(gateways.port(service))) {
            String got;
            try {
                got = client.rest();
            } catch (IOException e) {
                got = "";
            }
            assertThat(got).isEmpty();
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(limit);
    }

    @Test
    void destinationThatResetsMidTransferResetsTheClient() throws IOException {
        try (TestClient client = TestClient.connect(gateways.port("resetting"))) {
            client.send("go");
            assertThatThrownBy(client::rest).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void clientThatResetsMidTransferResetsTheDestination() throws IOException {
        ENDINGS.clear();
        try (TestClient client = TestClient.connect(gateways.port("noting"))) {
            assertThat(client.socket().getInputStream().read()).isEqualTo('!');
            client.send("x".repeat(100_000));
            client.socket().setSoLinger(true, 0);
        }
        within(RECOVERY).until(() -> !ENDINGS.isEmpty());
        assertThat(ENDINGS).containsExactly("broken");
    }

    @Test
    void listenerWhoseTokenExpiresIsOutAndTheOthersGoOn() {
        String token = SasTokens.sign(ThreeProcesses.HYBRID_CONNECTION, "site", ThreeProcesses.SITE_KEY,
                Instant.now().plus(LONGER_THAN_A_START));
        Folders.write(Folders.WORK.resolve("faults/expiring/token.sas"), token);
        String yaml = gateways.siteYaml("credential: { sas: \"${file:token.sas}\" }");
        try (RelayGateProcess expiring = gateways.site("expiring", yaml)) {
            expiring.ready();
            within(LONGER_THAN_A_START.multipliedBy(2))
                    .until(() -> expiring.admin("/readyz").status() == 503);
            assertReliable();
        }
    }

    @Test
    void siteWithTwoGatewaysSurvivesTheLossOfOne() throws IOException {
        TestServer other = TestServer.named("second");
        String yaml = gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }",
                Map.of("name", other.address(), "echo", echo.address()));
        try (other; RelayGateProcess second = gateways.site("second", yaml)) {
            second.ready();
            try (TestClient onFirst = connectedTo("first"); TestClient onSecond = connectedTo("second")) {
                second.child().signal("KILL");
                assertThatThrownBy(() -> readOn(onSecond)).isInstanceOf(IOException.class);
                onFirst.exchange(10_000);
            }
            within(RECOVERY).until(FaultsIT::echoWorks);
            assertReliable();
        }
    }

    private static TestClient connectedTo(String wanted) throws IOException {
        for (int i = 0; i < 100; i++) {
            TestClient client = TestClient.connect(gateways.port("name"));
            if (client.line().equals(wanted)) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("none of 100 sessions reached " + wanted);
    }

    private static void readOn(TestClient client) throws IOException {
        if (client.socket().getInputStream().read() < 0) {
            throw new AssertionError("the loss of a gateway looked like a clean end");
        }
    }

    @Test
    void sessionsGoOnWhileEdgeAndSiteReload() throws IOException {
        List<TestClient> clients = new ArrayList<>();
        int port = gateways.port("echo");
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(TestClient.connect(port, i));
                clients.getLast().exchange(10);
            }
            String before = gateways.edgeYaml("");
            gateways.edge().configure(before.replace("to: oslo/echo", "to: oslo/name"));
            gateways.edge().child().signal("HUP");
            within(RECOVERY).until(() -> "first".equals(firstLine(port)));
            for (TestClient client : clients) {
                client.exchange(10_000);
            }
            assertThat(gateways.port("echo")).isEqualTo(port);
            gateways.edge().configure(before);
            gateways.edge().child().signal("HUP");
            within(RECOVERY).until(FaultsIT::echoWorks);
            for (TestClient client : clients) {
                client.exchange(10_000);
            }
        } finally {
            clients.forEach(TestClient::close);
        }
    }

    private static String firstLine(int port) {
        try (TestClient client = TestClient.connect(port)) {
            client.send("x\n");
            return client.line();
        } catch (IOException e) {
            return "";
        }
    }

    private static ConditionFactory within(Duration limit) {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(limit);
    }

    private static void assertReliable() {
        if (RelayProfile.pessimistic()) {
            within(RECOVERY.multipliedBy(2)).until(() -> IntStream.range(0, 30).allMatch(_ -> echoWorks()));
            return;
        }
        for (int i = 0; i < 30; i++) {
            assertThat(echoWorks()).as("session %d: %s", i, gateways.told()).isTrue();
        }
    }

    private static boolean echoWorks() {
        try (TestClient client = TestClient.connect(gateways.port("echo"))) {
            client.exchange(1000);
            return true;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    /** Four clients that open, use and close one session after the other, whatever becomes of each. */
    private static final class Load implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger successes = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();

        Load() {
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        if (echoWorks()) {
                            successes.incrementAndGet();
                        }
                    }
                }));
            }
        }

        void awaitMoreSuccesses(int more) {
            int target = successes.get() + more;
            within(Duration.ofSeconds(30)).until(() -> successes.get() >= target);
        }

        @Override
        public void close() {
            over.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
