package io.relaygate.plugins.ssh.wire;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a channel has received and nobody has read yet, and the window that bounds them (RFC 4254 section 5.2). One thread
 * puts and never waits; one reads. The peer may send as much as the window is large; whatever is read becomes credit, which the
 * reader returns to the peer in parts of a quarter of the window.
 */
public final class CreditQueue {

    private static final int PARTS = 4;
    private static final Duration LONGEST = Duration.ofDays(30);

    private final int window;
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int taken;
    private int held;
    private int owed;
    private boolean ended;
    private @Nullable IOException failure;
    private @Nullable Instant deadline;

    /**
     * Empty.
     *
     * @param window how many bytes the peer may send before any is read
     */
    public CreditQueue(int window) {
        this.window = window;
    }

    /**
     * Takes bytes from the peer; copies them and never waits.
     *
     * @throws IOException if the peer sends more than its window lets it; the queue has failed then too
     */
    public synchronized void put(byte[] from, int offset, int length) throws IOException {
        if (ended || failure != null) {
            return;
        }
        if (length > window - held - owed) {
            fail(new IOException("the bastion sends more than its window lets it"));
            throw Objects.requireNonNull(failure);
        }
        byte[] piece = new byte[length];
        System.arraycopy(from, offset, piece, 0, length);
        pieces.add(piece);
        held += length;
        notifyAll();
    }

    /** The peer has ended its direction: what it has sent before is still read. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The channel is lost: what has come before is still read, and then this is thrown. Nothing if the peer has ended before. */
    public synchronized void fail(IOException why) {
        if (failure == null && !ended) {
            failure = why;
            notifyAll();
        }
    }

    /** The reader has left: nothing is kept for it, and all that is read from now on fails with this. */
    public synchronized void leave(IOException why) {
        pieces.clear();
        taken = 0;
        held = 0;
        ended = false;
        failure = why;
        notifyAll();
    }

    /** When reading fails, whether it waits already or will; null for never. */
    public synchronized void deadline(@Nullable Instant instant) {
        deadline = instant;
        notifyAll();
    }

    /** How many bytes can be read without waiting. */
    public synchronized int available() {
        return held;
    }

    /**
     * Waits until a read would return at once: there are bytes, an end or a failure.
     *
     * @return false if the limit passed first
     * @throws SocketTimeoutException if the deadline has passed
     */
    public synchronized boolean awaitReadable(Duration limit) throws SocketTimeoutException {
        // Days are as good as never, and can be counted in nanoseconds.
        long until = System.nanoTime() + (limit.compareTo(LONGEST) > 0 ? LONGEST : limit).toNanos();
        while (pieces.isEmpty() && !ended && failure == null) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            pause(Duration.ofNanos(left));
        }
        return true;
    }

    /**
     * Reads; waits until there is something.
     *
     * @return how many bytes, or -1 if the peer has ended its direction
     * @throws SocketTimeoutException if the deadline has passed
     * @throws IOException what {@link #fail} was told
     */
    public synchronized int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (pieces.isEmpty()) {
            if (ended) {
                return -1;
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            pause(LONGEST);
        }
        return take(into, offset, length);
    }

    private int take(byte[] into, int offset, int length) {
        int n = 0;
        while (n < length && !pieces.isEmpty()) {
            byte[] first = pieces.element();
            int part = Math.min(length - n, first.length - taken);
            System.arraycopy(first, taken, into, offset + n, part);
            n += part;
            taken += part;
            if (taken == first.length) {
                pieces.remove();
                taken = 0;
            }
        }
        held -= n;
        owed += n;
        return n;
    }

    /**
     * Takes the credit to be returned to the peer now.
     *
     * @return 0 if there is too little of it to be worth a packet, or nobody to return it to
     */
    public synchronized int credit() {
        if (owed < window / PARTS || ended || failure != null) {
            return 0;
        }
        int all = owed;
        owed = 0;
        return all;
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is the reader's.
    private void pause(Duration limit) throws SocketTimeoutException {
        Duration left = limit;
        if (deadline != null) {
            left = Duration.between(Instant.now(), deadline);
            if (!left.isPositive()) {
                throw new SocketTimeoutException("the deadline of the connection has passed");
            }
            left = left.compareTo(limit) < 0 ? left : limit;
        }
        try {
            wait(Math.max(1, left.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }
}
