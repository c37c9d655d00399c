package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** One byte there and back, again and again, on one connection. */
record PingPong() implements Workload {

    @Override
    public String name() {
        return "ping";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                new Metric("1-byte ping: p50 µs", 0),
                new Metric("1-byte ping: p99 µs", 0),
                new Metric("1-byte ping: CPU-µs per round trip", 0));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        try (Client client = Client.connectAndEcho(set.entry())) {
            double cpu = set.cpuSeconds();
            RoundTrips trips = RoundTrips.on(client, window);
            cpu = set.cpuSeconds() - cpu;
            return new double[] {trips.micros(50), trips.micros(99), cpu * 1e6 / trips.count()};
        }
    }

    /** Of the first {@code count} values, sorted, the smallest that {@code percent} of them do not exceed. */
    static long percentile(long[] sorted, int count, int percent) {
        int rank = Math.ceilDiv(count * percent, 100);
        return sorted[Math.max(rank, 1) - 1];
    }
}
