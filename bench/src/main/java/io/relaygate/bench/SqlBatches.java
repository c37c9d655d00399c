package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * One small batch after the other in one session, each with a text of its own and one row in its answer.
 *
 * @param count how many
 */
record SqlBatches(int count) implements Workload {

    @Override
    public String name() {
        return "batches";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(new Metric("small batch: p50 µs", 0), new Metric("small batch: p99 µs", 0), new Metric("small batch: CPU-µs of the site", 0));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        Lap lap = new Lap(count);
        try (SqlClient client = SqlClient.logIn(set.entry(), true)) {
            double cpu = set.cpuSeconds();
            for (int i = 0; i < count; i++) {
                lap.begin();
                client.ask(i);
                lap.end();
            }
            return new double[] {lap.micros(50), lap.micros(99), (set.cpuSeconds() - cpu) * 1e6 / count};
        }
    }
}
