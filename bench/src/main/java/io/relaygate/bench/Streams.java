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
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final SinkWatch sink;
    private final int openBefore;
    private final Direction direction;
    private final Clients clients = new Clients();
    private final List<Client> connections = new ArrayList<>();
    private final List<AtomicLong> received = new ArrayList<>();

    private Streams(SinkWatch sink, Direction direction) throws IOException {
        this.sink = sink;
        this.openBefore = sink.open();
        this.direction = direction;
    }

    /** Lets some begin when all have reached the sink, so that none has to open beside others that are busy already. */
    static Streams start(InetSocketAddress entry, InetSocketAddress sink, Direction direction, int count)
            throws IOException, InterruptedException {
        Streams streams = connect(entry, sink, direction, count);
        try {
            streams.awaitOpen();
            streams.begin();
            return streams;
        } catch (IOException | InterruptedException e) {
            streams.close();
            throw e;
        }
    }

    /** Connects some. Only one object at a time may go up: the sink counts for one. */
    static Streams connect(InetSocketAddress entry, InetSocketAddress sink, Direction direction, int count) throws IOException {
        Streams streams = new Streams(new SinkWatch(sink), direction);
        try {
            for (int i = 0; i < count; i++) {
                streams.connections.add(Client.connect(entry, direction == Direction.UP ? Sink.TAKE : Sink.GIVE, BUFFER));
            }
            return streams;
        } catch (IOException e) {
            streams.close();
            throw e;
        }
    }

    /** Begins to load. */
    void begin() {
        for (Client client : connections) {
            AtomicLong count = new AtomicLong();
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
    }

    private void awaitOpen() throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (sink.open() < openBefore + connections.size()) {
            for (Client client : connections) {
                client.check();
            }
            if (System.nanoTime() > end) {
                throw new IOException("the streams did not reach the sink in %d s".formatted(LIMIT.toSeconds()));
            }
            Thread.sleep(5);
        }
    }

    /** The bytes of each stream that have arrived so far; fails if a stream is not there. */
    long[] bytes() throws IOException {
        long[] bytes = arrived();
        if (bytes.length != connections.size()) {
            throw new IOException("%d of %d streams are left".formatted(bytes.length, connections.size()));
        }
        return bytes;
    }

    /** The same of all streams together, of those that have not reached the sink yet too. */
    long sum() throws IOException {
        return Arrays.stream(arrived()).sum();
    }

    private long[] arrived() throws IOException {
        clients.check();
        return direction == Direction.UP ? sink.counts() : received.stream().mapToLong(AtomicLong::get).toArray();
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
