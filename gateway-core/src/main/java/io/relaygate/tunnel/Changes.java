package io.relaygate.tunnel;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;

/** Lets threads wait until something has changed. Its monitor may guard what changes. Any thread. */
final class Changes {

    private long version;

    /** What has changed so far, to wait for more. */
    synchronized long seen() {
        return version;
    }

    /** Something has changed. */
    synchronized void tell() {
        version++;
        notifyAll();
    }

    /** Waits for more than was seen; false if the deadline passed first. */
    synchronized boolean await(long seen, Instant deadline) {
        try {
            while (version == seen) {
                long left = Duration.between(Instant.now(), deadline).toMillis();
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    /** Waits, with the condition's lock held, for a signal or some nanoseconds; the caller looks what has changed. */
    @SuppressWarnings("WaitNotInLoop") // The caller loops.
    static void await(Condition condition, long nanos) {
        try {
            condition.awaitNanos(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }
}
