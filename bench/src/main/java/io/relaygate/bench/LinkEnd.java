package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A {@link Link} at work: whoever connects here reaches a port of loopback over it. Connections are as slow to open as over a
 * real line, keep half-closes, and never lose anything: who sends too much is held up, as by TCP. Four platform threads
 * for each connection.
 */
final class LinkEnd implements AutoCloseable {

    /** Little, where there is a rate: what waits in the kernel waits in front of the link's own queue. */
    private static final int SLOW_BUFFER = 64 * 1024;

    /** Bytes per second, more than the machine can move: a link without a rate must not be what limits. */
    private static final double FASTEST = 1e9;

    private static final int LEAST_CAPACITY = 1 << 20;

    private final Link link;
    private final InetSocketAddress target;
    private final ServerSocketChannel server;
    private final Pace there;
    private final Pace back;

    /** What one thread of a connection does. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    LinkEnd(Link link, int port) throws IOException {
        this.link = link;
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.there = new Pace(link, System.nanoTime());
        this.back = new Pace(link, System.nanoTime());
        this.server = ServerSocketChannel.open();
        if (link.megabits() > 0) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_BUFFER);
        }
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        Thread.ofPlatform().daemon().name("accept").start(this::accept);
    }

    /** Runs one that ends with whoever started it: to a port, round trip in ms, rate in Mbit/s. */
    static void run(List<String> words, PrintStream out) throws IOException {
        Link link = new Link(Duration.ofMillis(Long.parseLong(words.get(1))), Integer.parseInt(words.get(2)));
        try (LinkEnd end = new LinkEnd(link, Integer.parseInt(words.getFirst()))) {
            Part.stay(end.port(), out);
        }
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    private void accept() {
        try {
            while (true) {
                carry(server.accept());
            }
        } catch (IOException closed) {
            // The end of the link.
        }
    }

    private void carry(SocketChannel near) throws IOException {
        long now = System.nanoTime();
        SocketChannel far = SocketChannel.open();
        try {
            near.setOption(StandardSocketOptions.TCP_NODELAY, true);
            far.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (link.megabits() > 0) {
                far.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_BUFFER);
            }
            far.connect(target);
        } catch (IOException e) {
            near.close();
            far.close();
            return;
        }
        long roundTrip = link.roundTrip().toNanos();
        // As after a handshake over the line: who connects speaks after one round trip, who is connected to after half of it.
        Stretch up = new Stretch(near, far, there, now + roundTrip + roundTrip / 2, capacity());
        Stretch down = new Stretch(far, near, back, now + roundTrip, capacity());
        AtomicInteger running = new AtomicInteger(4);
        for (Work work : List.<Work>of(up::read, up::write, down::read, down::write)) {
            Thread.ofPlatform().daemon().name("link").start(() -> {
                try {
                    work.run();
                } catch (IOException | InterruptedException e) {
                    up.shatter();
                    down.shatter();
                    reset(near);
                    reset(far);
                }
                if (running.decrementAndGet() == 0) {
                    close(near);
                    close(far);
                }
            });
        }
    }

    /** What is under way on one direction of the line, and as much again. */
    private long capacity() {
        double bytesPerSecond = link.megabits() == 0 ? FASTEST : link.megabits() * 1e6 / 8;
        return Math.max(LEAST_CAPACITY, Math.round(bytesPerSecond * link.roundTrip().toNanos() / 1e9));
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
