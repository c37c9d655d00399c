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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself, against direct loopback; no figure is judged. */
class HarnessTest {

    private static final List<String> SHORT = List.of(
            "--rounds", "1", "--seconds", "0.05", "--warmup", "0.01", "--setups", "direct", "--only", "bulk,ping,busy-ping,connections");

    @TempDir
    Path folder;

    @Test
    void measuresEveryWorkloadOnTheDirectPath() throws Exception {
        Options options = Options.parse(SHORT, folder);
        Choice choice = Choice.of(options, null);

        Outcome outcome = Benchmark.run(choice, options, folder, nowhere());

        assertThat(outcome.local().metrics()).hasSize(4 * 2 + 2 * 3 + 3 + 3 + 2);
        assertThat(outcome.links().metrics()).isEmpty();
        assertAllMeasured(outcome.local(), choice.setups().getFirst());
    }

    @Test
    void measuresTheWorkloadsOfLinksOverALink() throws Exception {
        Link link = new Link(Duration.ofMillis(2), 1000);
        Setup direct = new Direct();
        Choice choice = new Choice(List.of(), List.of(direct), List.of(
                new LongBulk(Direction.UP, link),
                new LongBulk(Direction.DOWN, link),
                new PingBeside(0, 0, link),
                new PingBeside(1, 0, link),
                new PingBeside(0, 1, link)));

        Outcome outcome = Benchmark.run(choice, Options.parse(SHORT, folder), folder, nowhere());

        assertThat(outcome.local().metrics()).isEmpty();
        assertThat(outcome.links().metrics()).hasSize(2 * 2 + 2 + 2 * 3);
        assertAllMeasured(outcome.links(), direct);
        for (Metric metric : outcome.links().metrics()) {
            if (metric.name().endsWith("p50 ms")) {
                assertThat(outcome.links().value(metric, direct).least()).isGreaterThanOrEqualTo(2);
            }
        }
    }

    @Test
    void measuresReverseForwardingOfOpenSsh() throws Exception {
        OpenSsh openSsh = assumeOpenSsh();
        Choice choice = new Choice(List.of(openSsh), List.of(openSsh),
                List.of(new PingPong(), new PingBeside(0, 0, new Link(Duration.ofMillis(2), 0))));

        Outcome outcome = Benchmark.run(choice, Options.parse(SHORT, folder), folder, nowhere());

        assertAllMeasured(outcome.local(), openSsh);
        assertThat(outcome.links().value(outcome.links().metrics().getFirst(), openSsh).least()).isGreaterThanOrEqualTo(2);
    }

    private static OpenSsh assumeOpenSsh() {
        try {
            return Programs.openSsh();
        } catch (Refusal missing) {
            return Assumptions.abort(missing.toString());
        }
    }

    private static PrintStream nowhere() {
        return new PrintStream(new ByteArrayOutputStream());
    }

    private static void assertAllMeasured(Results results, Setup setup) {
        for (Metric metric : results.metrics()) {
            // The CPU of so short a window may be below what the kernel counts, and a slow one of many streams may get nothing.
            boolean mayBeNothing = metric.name().contains("CPU") || metric.name().contains("slowest");
            assertThat(results.value(metric, setup).middle())
                    .as(metric.name())
                    .isFinite()
                    .isGreaterThanOrEqualTo(mayBeNothing ? 0 : Double.MIN_VALUE);
        }
    }

    @Test
    void countsTheBytesOfEachStream() throws Exception {
        try (Sink sink = new Sink();
                SinkWatch watch = new SinkWatch(sink.address());
                Client one = Client.connect(sink.address(), Sink.TAKE, 1000);
                Client other = Client.connect(sink.address(), Sink.TAKE, 500)) {
            one.writeAll();
            other.writeAll();
            while (SinkState.of(sink.address()).taken() < 1500) {
                Thread.onSpinWait();
            }

            assertThat(watch.counts()).containsExactlyInAnyOrder(1000, 500);
            assertThat(watch.open()).isEqualTo(2);
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

            for (Workload workload : List.of(new Bulk(Direction.DOWN, 1), new PingPong(), new PingBeside(1, 1, Link.NONE), new Connections())) {
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
