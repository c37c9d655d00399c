package io.relaygate.tunnel;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait after attempts that failed: up to 250 ms in the first seconds, in which most relays are back, then up
 * to 2 s, and after some minutes up to 30 s, unless somebody waits for the lane; always at random below the limit.
 * Guarded by the lane's lock.
 */
final class Pace {

    private static final long QUICK_MILLIS = 250;
    private static final long EARLY_MILLIS = 2_000;
    private static final long LATE_MILLIS = 30_000;

    /** At eight in a second this is five seconds. */
    private static final int QUICK = 40;

    /** At every second or so this is about two minutes more. */
    private static final int EARLY = QUICK + 120;

    /** Attempts that are repeated at once when another process has answered: a relay picks among all, each time anew. */
    private static final int STRAYS = 8;

    private int failures;
    private int strays;

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
        long most = late() ? LATE_MILLIS : failures > QUICK ? EARLY_MILLIS : QUICK_MILLIS;
        return TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(most) + 1);
    }

    /** Another process than the wanted one has answered: how long to wait, in nanoseconds. */
    long strayed() {
        strays++;
        return astray() ? failed() : 0;
    }

    /** Whether the wanted process has not been found for so often that it may be gone. */
    boolean astray() {
        return strays > STRAYS;
    }

    /** Whether a process that takes nobody was met so seldom that others may take the lane. */
    boolean patient() {
        return failures <= STRAYS;
    }

    void succeeded() {
        failures = 0;
        strays = 0;
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
