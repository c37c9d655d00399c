package io.relaygate.relay.server;

import io.relaygate.net.Deadlines;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A limit on how long nothing may happen, after which something is done once. Any thread. */
final class Patience implements AutoCloseable {

    private final Deadlines timer;
    private final InstantSource clock;
    private final Duration limit;
    private Runnable action;
    private Deadlines.@Nullable Timer waiting;
    private long turn;
    private boolean over;
    private boolean closed;

    /**
     * Begins at once.
     *
     * @param clock that of the timer
     * @param action must not block
     */
    @SuppressWarnings("this-escape") // The timer's thread waits for the lock.
    Patience(Deadlines timer, InstantSource clock, Duration limit, Runnable action) {
        this.timer = timer;
        this.clock = clock;
        this.limit = limit;
        this.action = action;
        renew();
    }

    /** Something has happened. */
    synchronized void renew() {
        if (waiting != null) {
            waiting.cancel();
        }
        if (!closed && !over) {
            long mine = ++turn;
            waiting = timer.at(clock.instant().plus(limit), () -> end(mine));
        }
    }

    /** From now on does something else at the end, and at once if it has come. */
    synchronized void then(Runnable other) {
        action = other;
        if (over) {
            other.run();
        }
    }

    /** Whether the limit has passed. */
    synchronized boolean over() {
        return over;
    }

    /** A timer that was cancelled too late is of an earlier turn. */
    private synchronized void end(long mine) {
        if (!closed && !over && mine == turn) {
            over = true;
            action.run();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
