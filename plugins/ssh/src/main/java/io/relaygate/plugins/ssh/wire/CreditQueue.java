package io.relaygate.plugins.ssh.wire;

import io.relaygate.plugins.ssh.wire.Incoming.Data;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a channel has received and nobody has taken yet, in its order, and the window that bounds it (RFC 4254 section 5.2). One thread
 * puts and never waits; one takes. The peer may send as much as the window is large; what was taken becomes credit when its taker
 * comes back for more, and is to be returned to the peer in parts of a quarter of the window.
 */
public final class CreditQueue {

    private static final int PARTS = 4;
    private static final int PIECE = 32 * 1024;
    private static final String PASSED = "the deadline of the connection has passed";

    /** How many things other than bytes may wait. A program ends once. */
    private static final int MOST_MARKS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int window;
    private final ArrayDeque<Incoming> items = new ArrayDeque<>();
    private int marks;
    private int held;
    private int inHand;
    private int owed;
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;
    private @Nullable Instant deadline;

    /**
     * Empty.
     *
     * @param window how many bytes the peer may send before any is taken
     */
    public CreditQueue(int window) {
        this.window = window;
    }

    /**
     * Takes bytes from the peer; copies them and never waits. Who waits for them is told by {@link #wake}: once for several packets, since
     * waking costs as much as decrypting one.
     *
     * @param error whether they are of the second stream
     * @throws IOException if the peer sends more than its window lets it; the queue has failed then too
     */
    public void put(boolean error, byte[] from, int offset, int length) throws IOException {
        lock.lock();
        try {
            if (over() || length == 0) {
                return;
            }
            if (ended) {
                refuse("it sends bytes after their end");
            }
            if (length > window - held - inHand - owed) {
                refuse("it sends more than its window lets it");
            }
            if (items.peekLast() instanceof Data last && last.error() == error && last.length() + length <= PIECE) {
                items.removeLast();
                items.addLast(joined(last, from, offset, length));
            } else {
                items.addLast(new Data(error, Arrays.copyOfRange(from, offset, offset + length), length));
            }
            held += length;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes who waits for bytes that were put. */
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Else a window of single bytes would take many times its size of memory. */
    private static Data joined(Data last, byte[] from, int offset, int length) {
        int all = last.length() + length;
        byte[] bytes = last.bytes();
        if (bytes.length < all) {
            bytes = Arrays.copyOf(bytes, Math.min(PIECE, Math.max(all, 2 * bytes.length)));
        }
        System.arraycopy(from, offset, bytes, last.length(), length);
        return new Data(last.error(), bytes, all);
    }

    /**
     * Takes something other than bytes.
     *
     * @throws IOException if there are too many of them; the queue has failed then too
     */
    public void put(Incoming mark) throws IOException {
        lock.lock();
        try {
            if (over()) {
                return;
            }
            if (marks == MOST_MARKS) {
                refuse("it says more about the channel than can be taken in");
            }
            ended |= mark instanceof Incoming.Ended;
            marks++;
            items.addLast(mark);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return closed || failure != null;
    }

    private void refuse(String why) throws IOException {
        fail(new IOException(why));
        throw Objects.requireNonNull(failure);
    }

    /** The peer has closed the channel: what it has sent before is still taken. */
    public void close() {
        lock.lock();
        try {
            closed |= failure == null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The channel is lost: what has come before is still taken, and then this is thrown. Nothing if the peer has closed it before. */
    public void fail(IOException why) {
        lock.lock();
        try {
            if (!over()) {
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The taker has left: nothing is kept for it, and all that it takes from now on fails with this. */
    public void leave(IOException why) {
        lock.lock();
        try {
            items.clear();
            held = 0;
            closed = false;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** When taking fails, whether it waits already or will; null for never. */
    public void deadline(@Nullable Instant instant) {
        lock.lock();
        try {
            deadline = instant;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes can be taken without waiting. */
    public int available() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is something to be taken, or it is known that nothing comes.
     *
     * @return false if the limit passed first
     * @throws java.net.SocketTimeoutException if the deadline has passed
     */
    public boolean awaitReadable(Duration limit) throws IOException {
        lock.lock();
        try {
            Instant until = Monitor.after(limit);
            while (items.isEmpty() && !over()) {
                boolean within = deadline == null || until.isBefore(deadline);
                if (!Monitor.pause(changed, within ? until : deadline)) {
                    if (within) {
                        return false;
                    }
                    throw new SocketTimeoutException(PASSED);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what comes next, or waits for it.
     *
     * @return null if the peer has closed the channel
     * @throws java.net.SocketTimeoutException if the deadline has passed
     * @throws IOException what {@link #fail} was told
     */
    public @Nullable Incoming take() throws IOException {
        lock.lock();
        try {
            while (items.isEmpty()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                if (closed) {
                    return null;
                }
                Monitor.pause(changed, deadline, PASSED);
            }
            Incoming first = items.removeFirst();
            if (first instanceof Data data) {
                held -= data.length();
                inHand += data.length();
            } else {
                marks--;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that what was taken is done with.
     *
     * @return the credit to be returned to the peer now; 0 if there is too little of it to be worth a packet, or nobody to return it to
     */
    public int credit() {
        lock.lock();
        try {
            owed += inHand;
            inHand = 0;
            if (owed < window / PARTS || ended || over()) {
                return 0;
            }
            int all = owed;
            owed = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }
}
