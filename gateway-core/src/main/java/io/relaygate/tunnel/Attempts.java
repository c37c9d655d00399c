package io.relaygate.tunnel;

import io.relaygate.net.Backoff;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Duration;

/** How the attempts to find a carrier for a lane have gone. Written by one thread, asked by any. */
final class Attempts {

    /** How often in a row another process than the right one may answer: the relay picks at random. */
    private static final int PATIENCE = 8;

    private static final Duration FIRST_LIMIT = Duration.ofSeconds(5);
    private static final int MOST_LIMITS = 3;

    private final Backoff backoff;
    private final LastFailure failure = new LastFailure();
    private volatile int strays;
    private int refusals;
    private int misses;

    Attempts(Backoff backoff) {
        this.backoff = backoff;
    }

    void succeeded() {
        backoff.succeeded();
        failure.succeeded();
        strays = 0;
        refusals = 0;
        misses = 0;
    }

    /** How long the next may take: a relay that hangs must not hold a lane up, nor one that is slow keep it away. */
    Duration limit() {
        return FIRST_LIMIT.multipliedBy(Math.min(MOST_LIMITS, 1 + misses));
    }

    /**
     * One has failed, which those who wait for the lane need not know as long as it met a process that is full or leaves,
     * and another may yet be found.
     *
     * @param now nanoseconds
     * @return whether it is to be told of
     */
    boolean failed(long began, RefusedException why, long now) {
        misses++;
        if (why.reason() == Reason.BUSY && ++refusals <= PATIENCE) {
            return failure.why() == null && refusals == 1;
        }
        return failure.failed(began, why, now);
    }

    /** Another process than the lane's has answered. */
    void strayed() {
        int before = strays;
        strays = Math.min(PATIENCE, before) + 1;
    }

    /** Whether the lane's process has not been found for so often that it may be gone. */
    boolean astray() {
        return strays > PATIENCE;
    }

    /** Why the lane has no carrier. */
    LastFailure failure() {
        return failure;
    }
}
