package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * One small batch after the other in one session, each with a text of its own and one row in its answer: without TLS after the login,
 * and with it.
 *
 * @param count how many of each
 */
record SqlBatches(int count) implements Workload {

    @Override
    public String name() {
        return "batches";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                new Metric("small batch without TLS: p50 µs", 0), new Metric("small batch without TLS: CPU-µs of the site", 0),
                new Metric("small batch: p50 µs", 0), new Metric("small batch: CPU-µs of the site", 0), new Metric("small batch: p99 µs", 0));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        double[] clear = ask(set, false);
        double[] secured = ask(set, true);
        return new double[] {clear[0], clear[1], secured[0], secured[1], secured[2]};
    }

    /** The median and the CPU of one in µs, and what 99 of 100 do not exceed. */
    private double[] ask(ProcessSet set, boolean tls) throws IOException {
        Lap lap = new Lap(count);
        try (SqlClient client = SqlClient.logIn(set.entry(), tls)) {
            double cpu = set.cpuSeconds();
            for (int i = 0; i < count; i++) {
                lap.begin();
                client.ask(i);
                lap.end();
            }
            return new double[] {lap.micros(50), (set.cpuSeconds() - cpu) * 1e6 / count, lap.micros(99)};
        }
    }
}
