package io.relaygate.plugins.ssh.wire;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Waiting with a deadline. */
public final class Monitor {

    /** Days are as good as never, and can be counted. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private Monitor() {}

    /**
     * Waits until it is notified, or for no reason at all; with the monitor held, in a loop.
     *
     * @param deadline null for never
     * @param passed what to say when the deadline has passed
     * @throws SocketTimeoutException if it has
     * @throws InterruptedIOException if the thread was interrupted
     */
    public static void pause(Object monitor, @Nullable Instant deadline, String passed) throws InterruptedIOException {
        if (!pause(monitor, deadline)) {
            throw new SocketTimeoutException(passed);
        }
    }

    /** As above, but says with false that the deadline has passed. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    public static boolean pause(Object monitor, @Nullable Instant deadline) throws InterruptedIOException {
        long left = left(deadline);
        if (left <= 0) {
            return false;
        }
        try {
            monitor.wait(left);
            return true;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /**
     * As above, on a condition of a lock: what goes to and fro for each packet waits on these, since the JDK wakes a virtual thread on a
     * monitor by way of another thread.
     */
    public static void pause(Condition condition, @Nullable Instant deadline, String passed) throws InterruptedIOException {
        if (!pause(condition, deadline)) {
            throw new SocketTimeoutException(passed);
        }
    }

    /** As above, but says with false that the deadline has passed. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    public static boolean pause(Condition condition, @Nullable Instant deadline) throws InterruptedIOException {
        long left = left(deadline);
        if (left <= 0) {
            return false;
        }
        try {
            condition.await(left, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static long left(@Nullable Instant deadline) {
        Duration left = deadline == null ? LONGEST : Duration.between(Instant.now(), deadline);
        if (!left.isPositive()) {
            return 0;
        }
        return Math.max(1, (left.compareTo(LONGEST) < 0 ? left : LONGEST).toMillis());
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    /** The instant after so long. */
    static Instant after(Duration limit) {
        return Instant.now().plus(limit.compareTo(LONGEST) < 0 ? limit : LONGEST);
    }
}
