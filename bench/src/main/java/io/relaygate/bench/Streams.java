package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Streams that move as many bytes as they can in one direction; counted where the bytes arrive. */
final class Streams implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SinkWatch sink;
    private final Direction direction;
    private final Clients clients = new Clients();
    private final List<Client> connections = new ArrayList<>();
    private final List<AtomicLong> received = new ArrayList<>();

    private Streams(SinkWatch sink, Direction direction) {
        this.sink = sink;
        this.direction = direction;
    }

    /** Starts some, and returns when all have reached the sink. Only one at a time may go up: the sink counts for one. */
    static Streams start(InetSocketAddress entry, InetSocketAddress sink, Direction direction, int count)
            throws IOException, InterruptedException {
        Streams streams = new Streams(new SinkWatch(sink), direction);
        try {
            int open = streams.sink.open() + count;
            for (int i = 0; i < count; i++) {
                streams.add(Client.connect(entry, direction == Direction.UP ? Sink.TAKE : Sink.GIVE, BUFFER));
            }
            streams.awaitOpen(open);
            return streams;
        } catch (IOException | InterruptedException e) {
            streams.close();
            throw e;
        }
    }

    private void add(Client client) {
        AtomicLong count = new AtomicLong();
        connections.add(client);
        received.add(count);
        clients.start(() -> {
            if (direction == Direction.UP) {
                client.writeAll();
            } else {
                count.addAndGet(client.readSome());
            }
            return true;
        });
    }

    private void awaitOpen(int open) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (sink.open() < open) {
            clients.check();
            if (System.nanoTime() > end) {
                throw new IOException("the streams did not reach the sink in %d s".formatted(LIMIT.toSeconds()));
            }
            Thread.sleep(5);
        }
    }

    /** The bytes of each stream that have arrived so far; fails if a stream has ended. */
    long[] bytes() throws IOException {
        clients.check();
        long[] bytes = direction == Direction.UP
                ? sink.counts()
                : received.stream().mapToLong(AtomicLong::get).toArray();
        if (bytes.length != connections.size()) {
            throw new IOException("%d of %d streams are left".formatted(bytes.length, connections.size()));
        }
        return bytes;
    }

    /** The same of all streams together. */
    long sum() throws IOException {
        return Arrays.stream(bytes()).sum();
    }

    /** Waits until so many bytes of all streams have arrived. */
    void await(long sum, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (sum() < sum) {
            if (System.nanoTime() > end) {
                throw new IOException("less than %d bytes arrived in %d s".formatted(sum, limit.toSeconds()));
            }
            Thread.sleep(5);
        }
    }

    /** Ends them at once; what is under way need not arrive. */
    @Override
    public void close() throws IOException {
        clients.abandon();
        for (Client client : connections) {
            client.abort();
        }
        sink.close();
    }
}
