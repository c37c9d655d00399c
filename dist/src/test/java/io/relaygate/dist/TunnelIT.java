package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions in tunnels outlive what happens to the relay under them, whatever their clients are. */
@Timeout(300)
class TunnelIT {

    private static final int SESSIONS = 20;
    private static final int FILE = 64 << 20;

    private static TestServer echo;
    private static HttpFiles files;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() {
        echo = TestServer.echo();
        files = HttpFiles.start();
        gateways = ThreeProcesses.tunnel("tunnel", Map.of("echo", echo.address(), "web", files.address()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, files, echo);
    }

    @AfterEach
    void noSessionIsLeft() {
        within(20).until(() -> gateways.edge().metric("relaygate_sessions_open") == 0);
        within(20).until(() -> gateways.site().metric("relaygate_sessions_open") == 0);
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(seconds));
    }

    private static void killRelay() {
        gateways.relay().child().signal("KILL");
        gateways.relay().child().exitCode(Duration.ofSeconds(5));
        gateways.relay().startAgain();
        gateways.relay().bound();
    }

    private static void freezeRelay() {
        if (RelayProfile.pessimistic()) {
            // It gives no sign of life by which listeners could notice.
            return;
        }
        gateways.relay().child().signal("STOP");
        try {
            // Beyond the silence limit: both ends give their carriers up.
            within(10).until(() -> gateways.site().admin("/readyz").status() == 503);
        } finally {
            gateways.relay().child().signal("CONT");
        }
        within(10).until(() -> gateways.site().admin("/readyz").status() == 200);
    }

    private static void stopRelay() {
        gateways.relay().child().signal("TERM");
        gateways.relay().child().exitCode(Duration.ofSeconds(40));
        gateways.relay().startAgain();
        gateways.relay().bound();
    }

    @Test
    void sessionsSurviveARelayThatIsKilledFrozenAndStopped() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            long seed = i;
            clients.add(() -> {
                try (TestClient client = TestClient.connect(gateways.port("echo"), seed)) {
                    int exchanges = 0;
                    while (!over.get()) {
                        client.exchange(exchanges % 3 == 0 ? 100_000 : 1 + exchanges % 7);
                        exchanges++;
                    }
                    assertThat(client.finish()).isEmpty();
                    return exchanges;
                }
            });
        }
        double started = gateways.edge().metric("relaygate_sessions_started_total");
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            clients.forEach(client -> results.add(threads.submit(client)));
            within(20).until(() -> gateways.site().metric("relaygate_sessions_open") == SESSIONS);
            try {
                killRelay();
                freezeRelay();
                stopRelay();
                killRelay();
                // A session that begins before the site listens again is refused.
                within(20).until(() -> gateways.site().admin("/readyz").status() == 200);
                try (TestClient fresh = TestClient.connect(gateways.port("echo"))) {
                    fresh.exchange(1000);
                }
            } finally {
                over.set(true);
            }
        }
        for (Future<Integer> result : results) {
            assertThat(result.get()).isPositive();
        }
        assertThat(gateways.edge().metric("relaygate_sessions_started_total") - started).isEqualTo(SESSIONS + 1);
        assertThat(gateways.edge().child().told()).doesNotContain("RELAY_LOST");
        assertThat(gateways.site().child().told()).doesNotContain("RELAY_LOST");
    }

    /** Begins a session: one that begins while there is no relay is refused. */
    private static Future<Programs.Ended> whileTheRelayIsUp(
            ReentrantLock hitting, ExecutorService threads, Callable<Programs.Ended> program) {
        hitting.lock();
        try {
            within(20).until(TunnelIT::echoWorks);
            within(20).until(() -> gateways.site().metric("relaygate_sessions_open") == 0);
            Future<Programs.Ended> running = threads.submit(program);
            within(20).until(() -> gateways.site().metric("relaygate_sessions_open") == 1);
            return running;
        } finally {
            hitting.unlock();
        }
    }

    private static boolean echoWorks() {
        try (TestClient client = TestClient.connect(gateways.port("echo"))) {
            client.exchange(10);
            return true;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    @Test
    void curlCarriesAFileBothWaysWhileTheRelayIsKilled() throws Exception {
        Interop.require("curl");
        Path folder = Folders.fresh("tunnel-curl");
        String digest = files.digest(FILE);
        String url = "http://127.0.0.1:" + gateways.port("web");
        AtomicBoolean over = new AtomicBoolean();
        ReentrantLock hitting = new ReentrantLock();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Future<Integer> killing = threads.submit(() -> {
                int times = 0;
                while (!over.get()) {
                    hitting.lock();
                    try {
                        killRelay();
                    } finally {
                        hitting.unlock();
                    }
                    // Not before the file has gone on for a while.
                    within(20)
                            .pollDelay(Duration.ofSeconds(2))
                            .until(() -> gateways.site().admin("/readyz").status() == 200);
                    times++;
                }
                return times;
            });
            Programs curl = Programs.in(folder).within(Duration.ofMinutes(2));
            whileTheRelayIsUp(hitting, threads, () -> curl.bash("curl -fsS --limit-rate 8M -o file \"$1\"", url + "/" + FILE))
                    .get()
                    .orFail();
            assertThat(curl.bash("sha256sum <file").orFail().out()).isEqualTo(digest + "  -\n");
            Future<Programs.Ended> upload = whileTheRelayIsUp(
                    hitting, threads, () -> curl.bash("curl -fsS --limit-rate 8M -T file \"$1/\"", url));
            assertThat(upload.get().orFail().out()).isEqualTo(digest);
            over.set(true);
            assertThat(killing.get()).as("times that the relay was killed").isGreaterThan(1);
        } finally {
            over.set(true);
            threads.close();
            Folders.delete(folder);
        }
    }

    @Test
    void lanesOfASiteThatStopsWithoutSessionsAreDoneAtBothEnds() throws IOException {
        try (TestClient client = TestClient.connect(gateways.port("echo"))) {
            client.exchange(10);
        }
        within(20).until(() -> gateways.site().metric("relaygate_sessions_open") == 0);
        long done = ended(gateways.edge(), "DONE");
        long lost = ended(gateways.edge(), "PEER_LOST");
        gateways.site().child().signal("TERM");
        gateways.site().child().exitCode(Duration.ofSeconds(20));
        within(5).until(() -> ended(gateways.edge(), "DONE") > done);
        assertThat(ended(gateways.edge(), "PEER_LOST")).isEqualTo(lost);
        assertThat(ended(gateways.site(), "DONE")).isPositive();
        assertThat(ended(gateways.site(), "PEER_LOST")).isZero();
        gateways.site().startAgain();
        gateways.site().ready();
        within(20).until(TunnelIT::echoWorks);
    }

    /** How many lanes have ended like that, as a gateway has told since it was started. */
    private static long ended(RelayGateProcess gateway, String end) {
        return gateway.child()
                .told()
                .lines()
                .filter(line -> line.contains("lane over") && line.contains(end))
                .count();
    }

    @Test
    void sessionsOfASiteThatIsKilledEndAndNewOnesWork() throws IOException {
        try (TestClient client = TestClient.connect(gateways.port("echo"))) {
            client.exchange(10);
            gateways.site().child().signal("KILL");
            gateways.site().child().exitCode(Duration.ofSeconds(5));
            gateways.site().startAgain();
            gateways.site().ready();
            assertThatThrownBy(client::rest).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
        within(5).until(() -> gateways.edge().child().told().contains("PEER_LOST"));
        try (TestClient fresh = TestClient.connect(gateways.port("echo"))) {
            fresh.exchange(1000);
        }
    }
}
