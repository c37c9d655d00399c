package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One byte there and back, again and again, beside streams that move as much as they can; over a link also without any.
 *
 * @param up how many streams go up
 * @param down how many go down
 */
record PingBeside(int up, int down, Link link) implements Workload {

    /** For the streams to fill what they can. */
    private static final Duration LEAD_IN = Duration.ofSeconds(1);

    private static final int LEAD_IN_ROUND_TRIPS = 30;
    /** Over a link one connection alone makes too few round trips for a percentile. */
    private static final int PINGS_OVER_LINK = 4;

    private static final int LEAST_ROUND_TRIPS = 80;

    @Override
    public String name() {
        if (link.isNone()) {
            return "busy-ping";
        }
        return up + down == 0 ? "slow-ping" : "slow-ping-" + (up > 0 ? Direction.UP : Direction.DOWN);
    }

    @Override
    public List<Metric> metrics() {
        String what = "%s1-byte ping%s".formatted(link.isNone() ? "" : link.title() + ": ", beside());
        int decimals = link.isNone() ? 2 : 1;
        List<Metric> metrics = new ArrayList<>(List.of(new Metric(what + ": p50 ms", decimals), new Metric(what + ": p99 ms", decimals)));
        if (up + down > 0) {
            metrics.add(new Metric(what + ": MB/s of the bulk", 1));
        }
        return metrics;
    }

    private String beside() {
        List<String> streams = new ArrayList<>();
        if (up > 0) {
            streams.add(up + " up");
        }
        if (down > 0) {
            streams.add(down + " down");
        }
        return streams.isEmpty() ? "" : " beside bulk, " + String.join(" and ", streams);
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        if (up + down == 0) {
            RoundTrips trips = trips(set, window);
            return new double[] {trips.millis(50), trips.millis(99)};
        }
        try (Streams there = Streams.start(set.entry(), sink, Direction.UP, up);
                Streams back = Streams.start(set.entry(), sink, Direction.DOWN, down)) {
            Thread.sleep(leadIn(window));
            long start = System.nanoTime();
            long before = there.sum() + back.sum();
            RoundTrips trips = trips(set, window);
            long bytes = there.sum() + back.sum() - before;
            double seconds = (System.nanoTime() - start) / 1e9;
            return new double[] {trips.millis(50), trips.millis(99), bytes / seconds / 1e6};
        }
    }

    private Duration leadIn(Duration window) {
        if (!link.isNone()) {
            return link.times(LEAD_IN_ROUND_TRIPS);
        }
        return window.compareTo(LEAD_IN) < 0 ? window : LEAD_IN;
    }

    private RoundTrips trips(ProcessSet set, Duration window) throws IOException, InterruptedException {
        Duration least = link.times(LEAST_ROUND_TRIPS);
        return RoundTrips.on(set.entry(), link.isNone() ? 1 : PINGS_OVER_LINK, window.compareTo(least) < 0 ? least : window);
    }
}
