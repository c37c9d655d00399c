package io.relaygate.tunnel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Notices that the machine was suspended: wall time then runs ahead of the monotonic clock. One thread at a time. */
final class Suspension {

    private static final Duration NOTICED = Duration.ofSeconds(30);

    private long drift = drift();

    /** Whether the machine was suspended since this was asked last. */
    boolean happened() {
        long now = drift();
        if (now - drift <= NOTICED.toNanos()) {
            return false;
        }
        drift = now;
        return true;
    }

    private static long drift() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    }
}
