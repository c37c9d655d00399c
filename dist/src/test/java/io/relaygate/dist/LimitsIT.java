package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits that several sessions share, through the product; each limit is in {@link AccessTableIT}. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class LimitsIT {

    /** Bytes that are sent and come back. */
    private static final int SENT = 100_000;

    private static Path folder;
    private static TestServer echo;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() {
        folder = Folders.fresh("limits");
        echo = TestServer.echo();
        gateway = RelayGateProcess.start(folder, "run", yaml()).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, echo);
    }

    private static String yaml() {
        return """
                admin: {}
                stateDir: relaygate-state
                relay: { listen: "127.0.0.1:0", hybridConnections: { few: {}, calm: {}, plain: {} } }
                siteDefaults: { namespaces: [embedded], hybridConnection: "{site}", services: [echo] }
                sites: { few: {}, calm: {}, plain: { mode: plain } }
                entryPoints:
                  to-few: { listen: "127.0.0.1:0" }
                  to-calm: { listen: "127.0.0.1:0" }
                  to-plain: { listen: "127.0.0.1:0" }
                  plain-hub: { namespaces: [embedded], hybridConnection: plain, mode: plain, maxSessions: 1 }
                  few-hub: { namespaces: [embedded], hybridConnection: few, maxSessions: 1 }
                  calm-hub: { namespaces: [embedded], hybridConnection: calm, limits: { newPerSecond: 1, bytesPerSecondPerSession: 200000 } }
                  one: { listen: "127.0.0.1:0", limits: { sessionsPerSource: 1 } }
                  one-a-second: { listen: "127.0.0.1:0", limits: { newPerSecond: 1 } }
                  source: { listen: "127.0.0.1:0", limits: { bytesPerSecondPerSource: 200000 } }
                  kept: { listen: "127.0.0.1:0" }
                routes:
                  - { name: source, from: [source, one, one-a-second], to: echo, open: true }
                  - { name: kept, from: kept, to: kept, open: true }
                  - { name: to-few, from: to-few, to: few/echo, open: true }
                  - { name: to-calm, from: to-calm, to: calm/echo, open: true }
                  - { name: to-plain, from: to-plain, to: plain/echo, open: true }
                  - { name: hubs, from: [few-hub, calm-hub, plain-hub], to: echo, open: true }
                destinations:
                  echo: { addresses: ["%1$s"] }
                  kept: { addresses: ["%1$s"], limits: { sessions: 1 } }
                """.formatted(echo.address());
    }

    private static Duration exchange(String entryPoint, int bytes) throws IOException {
        long began = System.nanoTime();
        try (TestClient client = TestClient.connect(gateway.port(entryPoint))) {
            client.exchange(bytes);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void sessionsOfASourceShareItsRate() throws Exception {
        long began = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Duration>> both = List.of(
                    clients.submit(() -> exchange("source", SENT)), clients.submit(() -> exchange("source", SENT)));
            for (Future<Duration> each : both) {
                each.get();
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1400));
    }

    private static void refused(String why) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.child().told().lines())
                .anySatisfy(line -> assertThat(line).contains("relaygate.audit", "BUSY", why)));
    }

    @Test
    void aHybridConnectionHasNoMoreSessionsThanItMayAndTheEdgeAsksAgain() throws IOException {
        try (TestClient first = TestClient.connect(gateway.port("to-few"))) {
            first.exchange(10);
            try (TestClient second = TestClient.connect(gateway.port("to-few"))) {
                second.send("word\n");
                refused("entry point 'few-hub' has 1 sessions, as many as it may (entryPoints.few-hub.maxSessions)");
                first.exchange(10);
                first.finish();
                assertThat(second.line()).isEqualTo("word");
            }
        }
        assertThat(gateway.metrics()).contains("relaygate_sessions_refused_total{destination=\"none\",entry_point=\"few-hub\",reason=\"BUSY\"}");
    }

    @Test
    void otherSendersAreToldAtOnceThatAHybridConnectionHasNoPlace() throws IOException {
        try (TestClient first = TestClient.connect(gateway.port("to-plain"))) {
            first.exchange(10);
            assertThatThrownBy(() -> exchange("to-plain", 10)).isInstanceOf(IOException.class);
            refused("entry point 'plain-hub' has 1 sessions, as many as it may (entryPoints.plain-hub.maxSessions)");
            first.exchange(10);
        }
        Awaitility.await().ignoreExceptions().untilAsserted(() -> exchange("to-plain", 10));
    }

    @Test
    void sessionsOfAHybridConnectionBeginAndRunNoFasterThanTheyMay() throws IOException {
        long began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            exchange("to-calm", 10);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1500));
        refused("more than 1 new sessions in a second (limits.newPerSecond)");
        assertThat(exchange("to-calm", SENT)).isGreaterThan(Duration.ofMillis(500));
    }

    @Test
    void theLimitsOfADestinationOutliveAReload() throws IOException {
        try (TestClient first = TestClient.connect(gateway.port("kept"))) {
            first.exchange(10);
            gateway.reload();
            assertThatThrownBy(() -> exchange("kept", 10)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPlaceComesBackWithTheEndOfASessionAndTheNextSecondHasNewOnes() throws IOException {
        for (String entryPoint : List.of("one", "one-a-second")) {
            try (TestClient first = TestClient.connect(gateway.port(entryPoint))) {
                first.exchange(10);
                assertThatThrownBy(() -> exchange(entryPoint, 10)).isInstanceOf(IOException.class);
                first.exchange(10);
                assertThat(first.finish()).isEmpty();
            }
            Awaitility.await().ignoreExceptions().untilAsserted(() -> exchange(entryPoint, 10));
        }
        refused("as many as it may (limits.sessionsPerSource)");
    }
}
