package io.relaygate.net;

import java.time.Duration;

/** The end of a wait that takes several steps. */
final class Wait {

    private static final Duration LONGEST = Duration.ofDays(365);

    private final boolean forever;
    private final long end;

    /** A wait that begins now. */
    Wait(Duration limit) {
        this.forever = isForever(limit);
        this.end = forever ? 0 : System.nanoTime() + limit.toNanos();
    }

    /** Whether a limit is {@link Link#FOREVER} or as good as that. */
    static boolean isForever(Duration limit) {
        return limit.compareTo(LONGEST) > 0;
    }

    /** How long to wait in the next step. */
    Duration left() {
        return forever ? Link.FOREVER : Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Whether nothing is left. */
    boolean over() {
        return !forever && end - System.nanoTime() <= 0;
    }

    /** Waits on a monitor that the calling thread holds, until notified or for what is left. */
    @SuppressWarnings("WaitNotInLoop") // The callers loop.
    void on(Object monitor) throws InterruptedException {
        if (forever) {
            monitor.wait();
        } else {
            monitor.wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
    }
}
