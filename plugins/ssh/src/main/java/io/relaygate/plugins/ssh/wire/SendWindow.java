package io.relaygate.plugins.ssh.wire;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How much may be sent over a channel (RFC 4254 section 5.2). One thread takes, any may do the rest. */
public final class SendWindow {

    private static final long LARGEST = 0xffff_ffffL;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long left;
    private long packet = 1;
    private @Nullable IOException failure;
    private @Nullable Instant deadline;

    /**
     * What the peer has said when the channel was opened.
     *
     * @param window how many bytes
     * @param largest how many of them in one message
     */
    public void open(long window, long largest) {
        lock.lock();
        try {
            left = window;
            packet = Math.max(1, largest);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The peer lets so much more come. */
    public void widen(long more) {
        lock.lock();
        try {
            left = Math.min(LARGEST, left + more);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a part of the window; waits while there is none.
     *
     * @param wanted at least 1
     * @return how many bytes may be sent in one message now
     * @throws java.net.SocketTimeoutException if the deadline has passed
     * @throws IOException what {@link #fail} was told
     */
    public int take(int wanted) throws IOException {
        lock.lock();
        try {
            while (true) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                int part = (int) Math.min(Math.min(wanted, packet), left);
                if (part > 0) {
                    left -= part;
                    return part;
                }
                Monitor.pause(changed, deadline, "the deadline of the connection has passed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing can be sent any more; the first reason counts. */
    public void fail(IOException why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
                changed.signalAll();
            }
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
}
