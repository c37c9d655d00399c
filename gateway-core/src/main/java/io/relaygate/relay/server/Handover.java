package io.relaygate.relay.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes one thing from one thread to another, once. Whoever gives learns whether it was taken over, so that nothing is
 * lost between a giver who is late and a taker who has left.
 */
final class Handover<T> {

    private @Nullable T given;
    private boolean over;

    /**
     * Gives it.
     *
     * @return false if the taker has left or something was given before: the giver keeps it
     */
    synchronized boolean give(T thing) {
        if (over || given != null) {
            return false;
        }
        given = thing;
        notifyAll();
        return true;
    }

    /** Waits for it; afterwards nothing can be given any more. Null if the limit passed first. */
    synchronized @Nullable T take(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (given == null) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        over = true;
        return given;
    }
}
