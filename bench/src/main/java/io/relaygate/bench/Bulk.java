package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** As many bytes as possible in one direction over some streams at once; with many, also how equal they are. */
record Bulk(Direction direction, int streams) implements Workload {

    /** So many that they must share. */
    private static final int MANY = 100;
    /** For the streams to reach their pace before anything is counted; no longer than the window. */
    private static final Duration LEAD_IN = Duration.ofMillis(300);

    private static final Duration LEAD_IN_OF_MANY = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double GIGABYTE = 1e9;

    @Override
    public String name() {
        return "bulk-%s-%d".formatted(direction, streams);
    }

    @Override
    public List<Metric> metrics() {
        String what = "bulk %s, %d stream%s".formatted(direction, streams, streams == 1 ? "" : "s");
        List<Metric> metrics = new ArrayList<>(
                List.of(new Metric(what + ": MB/s", 0), new Metric(what + ": CPU-s/GB", 2)));
        if (streams >= MANY) {
            metrics.add(new Metric(what + ": slowest / mean", 2));
        }
        return metrics;
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        try (Streams running = Streams.start(set.entry(), sink, direction, streams)) {
            Duration leadIn = streams >= MANY ? LEAD_IN_OF_MANY : LEAD_IN;
            Thread.sleep(window.compareTo(leadIn) < 0 ? window : leadIn);
            long start = System.nanoTime();
            double cpu = set.cpuSeconds();
            long[] before = running.bytes();
            Thread.sleep(window);
            // A short window on a busy machine may pass without a byte; the rate is right for whatever time it took.
            running.await(Arrays.stream(before).sum() + 1, LIMIT);
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = set.cpuSeconds() - cpu;
            long[] bytes = running.bytes();
            Arrays.setAll(bytes, i -> bytes[i] - before[i]);
            long sum = Arrays.stream(bytes).sum();
            double slowest = Arrays.stream(bytes).min().orElseThrow() / ((double) sum / streams);
            double[] values = {sum / seconds / 1e6, cpu / (sum / GIGABYTE), slowest};
            return Arrays.copyOf(values, metrics().size());
        }
    }
}
