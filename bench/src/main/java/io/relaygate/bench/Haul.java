package io.relaygate.bench;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One side of a session with bulk data both ways: sends a stream of its own at a limited rate, and compares every byte
 * of the other side's. The near side decides when it is over.
 */
final class Haul {

    private static final int CHUNK = 32 * 1024;

    private final Socket socket;
    private final SeededBytes own;
    private final SeededBytes other;
    private final long chunkNanos;
    private final boolean near;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile long sent;
    private volatile long received;

    private Haul(Socket socket, SeededBytes own, SeededBytes other, int rate, boolean near) {
        this.socket = socket;
        this.own = own;
        this.other = other;
        this.chunkNanos = 1_000_000_000L * CHUNK / rate;
        this.near = near;
    }

    /** The client's side, connected through {@code entry}; {@code rate} is in bytes per second. */
    static Haul near(InetSocketAddress entry, long number, int rate) throws IOException {
        Socket socket = new Socket(entry.getAddress(), entry.getPort());
        DataOutputStream head = new DataOutputStream(socket.getOutputStream());
        head.writeByte(FarEnd.BULK);
        head.writeLong(number);
        return new Haul(socket, new SeededBytes(number), new SeededBytes(-number), rate, true);
    }

    /** The destination's side of the haul of that number. */
    static Haul far(Socket socket, long number, int rate) {
        return new Haul(socket, new SeededBytes(-number), new SeededBytes(number), rate, false);
    }

    /** Sends nothing more, and so ends both directions; near side only. */
    void stop() {
        stopped = true;
    }

    /** Bytes of the own stream that were handed to the system. */
    long sent() {
        return sent;
    }

    /** Bytes of the other's stream that came and were right. */
    long received() {
        return received;
    }

    /**
     * Moves bytes until both directions have ended, then closes the connection.
     *
     * @throws IOException if it broke, ended by itself, or brought a byte that was not sent
     */
    void run() throws IOException {
        Thread reading = Thread.ofVirtual().start(this::receive);
        try (socket) {
            try {
                send();
            } catch (IOException e) {
                failure.compareAndSet(null, e);
                socket.close();
            }
            reading.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts haulers", e);
        }
        IOException why = failure.get();
        if (why != null) {
            throw new IOException("after %d bytes sent and %d received: %s".formatted(sent, received, why.getMessage()), why);
        }
    }

    private void send() throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[CHUNK];
        long due = System.nanoTime();
        for (long done = 0; !stopped; done += CHUNK) {
            own.fill(chunk, CHUNK, done);
            out.write(chunk);
            sent = done + CHUNK;
            // What a pause has held up is not made up for: afterwards the load is what it was.
            due = Math.max(due + chunkNanos, System.nanoTime() - chunkNanos);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(Duration.ofNanos(wait));
            }
        }
        socket.shutdownOutput();
    }

    private void receive() {
        byte[] bytes = new byte[CHUNK];
        byte[] scratch = new byte[CHUNK];
        try {
            InputStream in = socket.getInputStream();
            long done = 0;
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                int right = other.right(bytes, n, done, scratch);
                done += right;
                received = done;
                if (right < n) {
                    throw new IOException("a wrong byte came");
                }
            }
            if (near && !stopped) {
                throw new IOException("the session was ended");
            }
        } catch (IOException e) {
            failure.compareAndSet(null, e);
            close();
        }
        stopped = true;
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        }
    }
}
