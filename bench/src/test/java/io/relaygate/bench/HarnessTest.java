package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself, against direct loopback; no figure is judged. */
class HarnessTest {

    private static final List<String> SHORT = List.of(
            "--rounds", "1", "--seconds", "0.05", "--warmup", "0.01", "--setups", "direct", "--only", "bulk,ping,connections");

    @TempDir
    Path folder;

    @Test
    void measuresEveryWorkloadOnTheDirectPath() throws Exception {
        Options options = Options.parse(SHORT, folder);
        Choice choice = Choice.of(options, null);

        Results results = Benchmark.run(choice, options, folder, new PrintStream(new ByteArrayOutputStream()));

        Setup direct = choice.setups().getFirst();
        assertThat(results.metrics()).hasSize(4 * 2 + 3 + 2);
        for (Metric metric : results.metrics()) {
            // The CPU of so short a window may be below what the kernel counts.
            assertThat(results.value(metric, direct).middle())
                    .as(metric.name())
                    .isFinite()
                    .isGreaterThanOrEqualTo(metric.name().contains("CPU") ? 0 : Double.MIN_VALUE);
        }
    }

    @Test
    void countsTheBytesThatTheSinkHasTaken() throws Exception {
        try (Sink sink = new Sink()) {
            try (Client client = Client.connect(sink.address(), Sink.TAKE, 1000)) {
                client.writeAll();
                client.writeAll();
            }
            while (SinkState.of(sink.address()).taken() < 2000) {
                Thread.onSpinWait();
            }
            SinkState.awaitQuiet(sink.address(), Duration.ofSeconds(10));

            assertThat(SinkState.of(sink.address())).isEqualTo(new SinkState(2000, 0));
        }
    }

    @Test
    void refusesAMeasurementWhoseConnectionsBreak() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Sink sink = new Sink()) {
            Thread.ofVirtual().start(() -> closeWhatComes(closing));
            InetSocketAddress entry = (InetSocketAddress) closing.getLocalSocketAddress();
            ProcessSet set = new ProcessSet(entry, List.of(), List.of());

            for (Workload workload : List.of(new Bulk(Bulk.Direction.DOWN, 1), new PingPong(), new Connections())) {
                assertThatThrownBy(() -> workload.measure(set, sink.address(), Duration.ofMillis(20)))
                        .as(workload.name())
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static void closeWhatComes(ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.close();
            }
        } catch (IOException end) {
            // The end of the test.
        }
    }
}
