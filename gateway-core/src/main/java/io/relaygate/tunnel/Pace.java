package io.relaygate.tunnel;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait after attempts that failed: longer and longer up to 2 s, and after some minutes up to 30 s, unless
 * somebody waits for the lane; always at random below the limit. Guarded by the lane's lock.
 */
final class Pace {

    private static final long FIRST_MILLIS = 100;
    private static final long EARLY_MILLIS = 2_000;
    private static final long LATE_MILLIS = 30_000;
    private static final int DOUBLINGS = 5;

    /** At every second or so this is about two minutes. */
    private static final int EARLY = 120;

    private int failures;

    /** A pace after so many failures in a row. */
    Pace(int failures) {
        this.failures = failures;
    }

    int failures() {
        return failures;
    }

    /** An attempt has failed: how long to wait, in nanoseconds. */
    long failed() {
        failures++;
        long most = late() ? LATE_MILLIS : Math.min(EARLY_MILLIS, FIRST_MILLIS << Math.min(failures, DOUBLINGS));
        return TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(most) + 1);
    }

    void succeeded() {
        failures = 0;
    }

    /** Whether attempts are rare by now. */
    boolean late() {
        return failures > EARLY;
    }

    /** Somebody waits. */
    void hurry() {
        failures = Math.min(failures, EARLY / 2);
    }
}
