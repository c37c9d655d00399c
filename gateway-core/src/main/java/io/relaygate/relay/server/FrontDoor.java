package io.relaygate.relay.server;

import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.net.OpenFiles;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.net.TlsLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay's port: accepts, shakes hands, reads the request and gives it to whom it concerns. Handshakes are bounded
 * in number and time; sources whose handshakes keep failing are let in few at a time and wait for their answers.
 */
final class FrontDoor implements AutoCloseable {

    /** How many handshakes all slowed sources may have under way. */
    private static final int SLOW_LANE = 16;

    /** How many connections of slowed sources wait for that; a client may come back from an outage as thousands. They take a quarter of all at most. */
    private static final int MAX_HELD = maxHeld(OpenFiles.limit());

    /** How many refused ones are kept waiting for their answer; more are dropped at once. */
    private static final int MAX_WAITING = 1024;

    /** With so many of them no more are let in of those that were held before they shook hands; the rest is for who comes. */
    private static final int BEARABLE = 768;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    private final ServerSocketChannel server;
    private volatile SSLContext tls;
    private volatile Desk desk;
    private final Duration limit;
    private final Threads threads;
    private final InstantSource clock;
    private final Semaphore handshakes;
    private final AtomicInteger waiting = new AtomicInteger();
    private final SlowLane slowLane = new SlowLane(SLOW_LANE, MAX_HELD, () -> waiting.get() < BEARABLE);
    private final FailureBrake brake;
    private final Set<Link> open;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Thread accepting;

    /** A port that is bound; nothing is accepted before {@link #start}. */
    FrontDoor(
            ServerSocketChannel server,
            SSLContext tls,
            Desk desk,
            RelaySettings settings,
            FailureBrake brake,
            Threads threads,
            InstantSource clock,
            Set<Link> open) {
        this.server = server;
        this.tls = tls;
        this.desk = desk;
        this.limit = settings.handshakeTimeout();
        this.threads = threads;
        this.clock = clock;
        this.handshakes = new Semaphore(settings.maxHandshakes());
        this.brake = brake;
        this.open = open;
    }

    /** From the next connection on shows another certificate and serves by another desk. */
    void change(SSLContext changedTls, Desk changedDesk) {
        tls = changedTls;
        desk = changedDesk;
    }

    private static int maxHeld(long openFiles) {
        return openFiles < 0 ? 4096 : (int) Math.min(16_384, openFiles / 4);
    }

    void start() {
        accepting = threads.start("relay-accept", this::accept);
    }

    /** Frees the port: a channel is closed only when the thread that is blocked in it has left. */
    @Override
    public void close() {
        closing.countDown();
        slowLane.close();
        try {
            server.close();
        } catch (IOException e) {
            LOG.atDebug().log("closing the relay's port failed: {}", e.getMessage());
        }
        Thread thread = accepting;
        try {
            if (thread != null && !thread.join(CLOSE_LIMIT)) {
                LOG.atDebug().log("the relay still accepts");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (closing.getCount() > 0) {
            SocketChannel channel = null;
            try {
                channel = server.accept();
                admit(channel);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // Out of descriptors, for example: waiting lets others end.
                LOG.atWarn().log("the relay cannot accept a connection: {}", e.getMessage());
                drop(channel);
                pause(Duration.ofMillis(100));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException, InterruptedException {
        InetSocketAddress from = (InetSocketAddress) channel.getRemoteAddress();
        if (from == null) {
            drop(channel);
            return;
        }
        String source = SocketLink.text(from.getAddress());
        if (brake.slows(source)) {
            slowLane.enter(new Slowed(channel, source, from.getPort()));
            return;
        }
        while (!handshakes.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            if (closing.getCount() == 0) {
                drop(channel);
                return;
            }
        }
        threads.start("relay-" + source, () -> visit(channel, source, from.getPort(), handshakes::release));
    }

    private final class Slowed implements SlowLane.Held {

        private final SocketChannel channel;
        private final String source;
        private final int port;

        Slowed(SocketChannel channel, String source, int port) {
            this.channel = channel;
            this.source = source;
            this.port = port;
        }

        @Override
        public void begin() {
            threads.start("relay-" + source, () -> visit(channel, source, port, slowLane::leave));
        }

        @Override
        public void drop() {
            FrontDoor.drop(channel);
        }
    }

    /** One connection from accept to its end; {@code shaken} is told when its handshake is over. */
    private void visit(SocketChannel channel, String source, int port, Runnable shaken) {
        Reception reception = new Reception(desk, brake, this::keepWaiting, source, port);
        Visitor visitor;
        HttpHead first;
        try {
            visitor = greet(channel, source);
            first = visitor == null ? null : reception.read(visitor);
        } finally {
            shaken.run();
        }
        if (visitor != null && first != null) {
            reception.serve(visitor, first);
        }
    }

    private @Nullable Visitor greet(SocketChannel channel, String source) {
        Instant deadline = Instant.now().plus(limit);
        try {
            Link socket = new TrackedLink(SocketLink.of(channel), open);
            if (closing.getCount() == 0) {
                socket.abort();
                return null;
            }
            TlsLink link = TlsLink.server(socket, tls, deadline);
            link.deadline(deadline);
            return new Visitor(link, clock);
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", source).log("TLS handshake failed: {}", e.getMessage());
            brake.failed(source);
            return null;
        }
    }

    /** False if too many are kept waiting already. */
    private boolean keepWaiting(Duration time) {
        if (time.isZero()) {
            return true;
        }
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        pause(time);
        waiting.decrementAndGet();
        slowLane.proceed();
        return true;
    }

    private void pause(Duration time) {
        try {
            if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atTrace().log("the relay closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drop(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.atTrace().log("a dropped connection could not be closed: {}", e.getMessage());
            }
        }
    }
}
