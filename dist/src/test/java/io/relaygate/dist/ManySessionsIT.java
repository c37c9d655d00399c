package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many sessions through edge, relay and site, at once and in a row, and what is left of them. */
@ExtendWith(NothingLeftBehind.class)
class ManySessionsIT {

    private static final int AT_ONCE = 1_000;
    private static final int IN_A_ROW = 2_000;

    private static TestServer echo;
    private static TestServer answerAfterEnd;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() {
        echo = TestServer.echo();
        answerAfterEnd = TestServer.answerAfterEnd();
        gateways = ThreeProcesses.start(
                "many-sessions", Map.of("echo", echo.address(), "sum", answerAfterEnd.address()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, answerAfterEnd, echo);
    }

    @Test
    void answersThatComeAfterTheEndOfTheRequestArrive() throws IOException {
        try (TestClient client = TestClient.connect(gateways.port("sum"))) {
            client.send("abc");
            assertThat(client.finish())
                    .isEqualTo("3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }

    @Test
    void oneThousandAtOnceGetTheirOwnBytesBack() throws Exception {
        CountDownLatch allConnected = new CountDownLatch(AT_ONCE);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Callable<Void>> clients = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            long seed = i;
            clients.add(() -> {
                try (TestClient client = TestClient.connect(gateways.port("echo"), seed)) {
                    client.exchange(100);
                    allConnected.countDown();
                    goOn.await();
                    client.exchange(64 * 1024);
                    client.exchange(1);
                    assertThat(client.finish()).isEmpty();
                    return null;
                }
            });
        }
        List<Future<Void>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            clients.forEach(client -> results.add(threads.submit(client)));
            try {
                awaitConnected(allConnected, results);
                assertThat(gateways.edge().metric("relaygate_sessions_open")).isEqualTo(AT_ONCE);
                assertThat(gateways.site().metric("relaygate_sessions_open")).isEqualTo(AT_ONCE);
            } finally {
                goOn.countDown();
            }
        }
        failures(results);
    }

    private static void awaitConnected(CountDownLatch all, List<Future<Void>> results) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .failFast(() -> failures(results))
                .until(() -> all.getCount() == 0);
    }

    private static void failures(List<Future<Void>> results) throws InterruptedException, ExecutionException {
        for (Future<Void> result : results) {
            if (result.isDone()) {
                result.get();
            }
        }
    }

    @Test
    void thousandsInARowLeaveNothingBehind() throws IOException {
        openAndClose(300);
        Counts before = Counts.settled(gateways);
        openAndClose(IN_A_ROW);
        Counts.awaitBack(gateways, before);
    }

    private static void openAndClose(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (TestClient client = TestClient.connect(gateways.port("echo"), i)) {
                client.exchange(10);
            }
        }
    }
}
