package io.relaygate.tunnel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells that the machine was suspended: wall time has run ahead of the monotonic clock. One thread. */
final class Suspension {

    private static final Duration LEAST = Duration.ofSeconds(30);

    private long drift = drift();

    /** Whether it was since the last time. */
    boolean noticed() {
        long now = drift();
        if (now - drift <= LEAST.toNanos()) {
            return false;
        }
        drift = now;
        return true;
    }

    private static long drift() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
    }
}
