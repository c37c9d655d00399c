package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten thousand bad attempts from a hundred sources: they are locked out, and a good client hardly notices. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class BadAttemptsIT {

    private static final int ATTEMPTS = 10_000;
    private static final int SOURCES = 100;
    private static final int ATTACKERS = 8;
    private static final int SAMPLES = 50;

    private static Path folder;
    private static TestServer echo;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() {
        folder = Folders.fresh("attempts");
        echo = TestServer.echo();
        // A heap in which ten thousand sessions would not find room, if something of them stayed.
        gateway = RelayGateProcess.start(folder, "run", yaml(), Map.of("RELAYGATE_JAVA_OPTS", "-Xmx96m")).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, echo);
    }

    private static String yaml() {
        return """
                admin: {}
                stateDir: relaygate-state
                entryPoints:
                  in:
                    listen: "127.0.0.1:0"
                    maxSessions: 200
                    proxyProtocol: { from: [127.0.0.1] }
                    limits: { lockout: { refusals: 20, within: 1m, duration: 5m } }
                routes: [ { name: in, from: in, to: echo, allow: { networks: [127.0.0.2] } } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(echo.address());
    }

    private static Socket connect(String from) throws IOException {
        return TestClient.from(from, gateway.port("in"));
    }

    /** The balancer says for whom it connects; whether that was refused. */
    private static boolean refused(int source) throws IOException {
        try (Socket socket = connect("127.0.0.1")) {
            String header = "PROXY TCP4 203.0.113." + (1 + source) + " 192.0.2.1 51312 443\r\nword";
            socket.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static Duration good() throws IOException {
        long began = System.nanoTime();
        try (Socket socket = connect("127.0.0.2")) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }

    @Test
    void badAttemptsAreLockedOutAndAGoodClientPasses() throws Exception {
        List<Duration> before = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            before.add(good());
        }
        List<Duration> during = new ArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        long began = System.nanoTime();
        try (ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < ATTACKERS; i++) {
                all.add(attackers.submit((Callable<Void>) () -> {
                    for (int n = attempts.getAndIncrement(); n < ATTEMPTS; n = attempts.getAndIncrement()) {
                        refused.addAndGet(refused(n % SOURCES) ? 1 : 0);
                    }
                    return null;
                }));
            }
            while (all.stream().anyMatch(each -> !each.isDone())) {
                during.add(good());
            }
            for (Future<Void> each : all) {
                each.get();
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
        assertThat(refused).hasValue(ATTEMPTS);
        // A guard and no measurement: other work on the machine slows both.
        Duration bound = median(before).multipliedBy(20);
        assertThat(median(during)).isLessThan(bound.compareTo(Duration.ofSeconds(1)) > 0 ? bound : Duration.ofSeconds(1));
        assertThat(during).hasSizeGreaterThan(10);
        Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == 0);
        assertThat(gateway.metric("relaygate_sessions_refused_total")).isEqualTo(ATTEMPTS);
        long lockedOut = gateway.child().told().lines().filter(line -> line.contains("the source is locked out for ")).count();
        assertThat(lockedOut).isGreaterThanOrEqualTo(ATTEMPTS - 40L * SOURCES);
        assertThat(gateway.metric("process_heap_used_bytes")).isLessThan(96 << 20);
        good();
    }
}
