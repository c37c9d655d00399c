package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How long single bytes took there and back. */
final class RoundTrips {

    private final long[] sorted;

    private RoundTrips(long[] nanos) {
        sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    /** One connection, for a time, in this thread. */
    static RoundTrips on(Client client, Duration time) throws IOException {
        long[] nanos = new long[4096];
        int count = 0;
        long end = System.nanoTime() + time.toNanos();
        do {
            long start = System.nanoTime();
            client.echo();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - start;
        } while (System.nanoTime() < end);
        return new RoundTrips(Arrays.copyOf(nanos, count));
    }

    /** Some connections at once, each of its own pace. */
    static RoundTrips on(InetSocketAddress entry, int connections, Duration time) throws IOException, InterruptedException {
        Queue<long[]> all = new ConcurrentLinkedQueue<>();
        try (Clients clients = new Clients()) {
            for (int i = 0; i < connections; i++) {
                clients.start(() -> {
                    try (Client client = Client.connectAndEcho(entry)) {
                        all.add(on(client, time).sorted);
                    }
                    return false;
                });
            }
            clients.join();
            clients.check();
        }
        return new RoundTrips(all.stream().flatMapToLong(Arrays::stream).toArray());
    }

    int count() {
        return sorted.length;
    }

    double micros(int percent) {
        return PingPong.percentile(sorted, sorted.length, percent) / 1e3;
    }

    double millis(int percent) {
        return micros(percent) / 1e3;
    }
}
