package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** One stream over a link: the first bytes, and the rate once it has had time to find its pace. */
record LongBulk(Direction direction, Link link) implements Workload {

    private static final long FIRST = 10_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Windows that double with each round trip or two are open by then. */
    private static final int WARM_UP_ROUND_TRIPS = 30;

    @Override
    public String name() {
        return "long-%s-%s".formatted(link.name(), direction);
    }

    @Override
    public List<Metric> metrics() {
        String what = "%s: bulk %s, 1 stream: ".formatted(link.title(), direction);
        return List.of(new Metric(what + "ms for the first 10 MB", 0), new Metric(what + "MB/s", 0));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Streams stream = Streams.connect(set.entry(), sink, direction, 1)) {
            stream.begin();
            stream.await(FIRST, LIMIT);
            long first = System.nanoTime() - start;
            Thread.sleep(link.times(WARM_UP_ROUND_TRIPS));
            long from = System.nanoTime();
            long before = stream.sum();
            Thread.sleep(window);
            stream.await(before + 1, LIMIT);
            double seconds = (System.nanoTime() - from) / 1e9;
            return new double[] {first / 1e6, (stream.sum() - before) / seconds / 1e6};
        }
    }
}
