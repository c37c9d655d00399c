package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** As many bytes as possible in one direction over some streams at once; counted where they arrive. */
record Bulk(Direction direction, int streams) implements Workload {

    private static final int BUFFER = 64 * 1024;
    /** For the streams to reach their pace before anything is counted; no longer than the window. */
    private static final Duration LEAD_IN = Duration.ofMillis(300);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double GIGABYTE = 1e9;

    /** Which way the bytes go. */
    enum Direction {
        /** From client to sink. */
        UP,
        /** From sink to client. */
        DOWN
    }

    /** How many bytes have arrived so far. */
    private interface Counter {
        long bytes() throws IOException;
    }

    @Override
    public String name() {
        return "bulk-%s-%d".formatted(direction.name().toLowerCase(Locale.ROOT), streams);
    }

    @Override
    public List<Metric> metrics() {
        String what = "bulk %s, %d stream%s".formatted(
                direction.name().toLowerCase(Locale.ROOT), streams, streams == 1 ? "" : "s");
        return List.of(new Metric(what + ": MB/s", 0), new Metric(what + ": CPU-s/GB", 2));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window)
            throws IOException, InterruptedException {
        LongAdder received = new LongAdder();
        List<Client> connections = new ArrayList<>();
        try (Clients clients = new Clients()) {
            for (int i = 0; i < streams; i++) {
                Client client = Client.connect(set.entry(), direction == Direction.UP ? Sink.TAKE : Sink.GIVE, BUFFER);
                connections.add(client);
                clients.start(() -> {
                    if (direction == Direction.UP) {
                        client.writeAll();
                    } else {
                        received.add(client.readSome());
                    }
                    return true;
                });
            }
            awaitStreams(sink, clients);
            Thread.sleep(window.compareTo(LEAD_IN) < 0 ? window : LEAD_IN);
            Counter counter = direction == Direction.UP ? () -> SinkState.of(sink).taken() : received::sum;
            double[] values = count(set, counter, window);
            clients.check();
            clients.abandon();
            for (Client client : connections) {
                client.close();
            }
            clients.join();
            return values;
        } finally {
            for (Client client : connections) {
                client.close();
            }
        }
    }

    /** Waits until all streams have reached the sink. */
    private void awaitStreams(InetSocketAddress sink, Clients clients) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (SinkState.of(sink).open() < streams) {
            clients.check();
            if (System.nanoTime() > end) {
                throw new IOException("the streams did not reach the sink in %d s".formatted(LIMIT.toSeconds()));
            }
            Thread.sleep(5);
        }
    }

    private static double[] count(ProcessSet set, Counter counter, Duration window)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        double cpu = set.cpuSeconds();
        long before = counter.bytes();
        Thread.sleep(window);
        // A short window on a busy machine may pass without a byte; the rate is right for whatever time it took.
        while (counter.bytes() == before) {
            if (System.nanoTime() - start > window.plus(LIMIT).toNanos()) {
                throw new IOException("no byte arrived in %d s".formatted(window.plus(LIMIT).toSeconds()));
            }
            Thread.sleep(5);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        cpu = set.cpuSeconds() - cpu;
        long bytes = counter.bytes() - before;
        return new double[] {bytes / seconds / 1e6, cpu / (bytes / GIGABYTE)};
    }
}
