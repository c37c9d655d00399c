package io.relaygate.tunnel;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a session takes to open, and how long its sender waits, and for what. Guarded by the lane's lock. */
final class SessionTimes {

    private static final int ACCEPTED_SIZE = 4;

    private final long began;
    private @Nullable Duration siteTook;
    private boolean waiting;
    private boolean forCredit;
    private long since;

    /** A session is wanted from now on; it counts as one that was opened. */
    SessionTimes(Mux mux) {
        this.began = mux.now();
        mux.lane().counts.opened();
    }

    /** The body of ACCEPTED at the site: the microseconds since the session was wanted. */
    byte[] accepted(long now) {
        return new Body().number(ACCEPTED_SIZE, Math.clamp((now - began) / 1000, 0, Integer.MAX_VALUE)).alone();
    }

    /** The body of ACCEPTED has come to the edge. */
    void heard(ByteBuffer body) {
        siteTook = body.remaining() < ACCEPTED_SIZE ? null : Duration.ofNanos(1000L * Math.max(0, body.getInt()));
    }

    /** How long the site took to accept the session; null if it did not tell. */
    @Nullable Duration siteTook() {
        return siteTook;
    }

    /** The sender waits, as before or for something else. */
    void waits(Mux mux, boolean credit) {
        waitsNoMore(mux);
        waiting = true;
        forCredit = credit;
        since = mux.now();
    }

    /** The sender does not wait any more, if it did. */
    void waitsNoMore(Mux mux) {
        if (!waiting) {
            return;
        }
        waiting = false;
        LaneCounts counts = mux.lane().counts;
        if (forCredit) {
            counts.waitedForCredit(mux.now() - since);
        } else {
            counts.waitedForRoom(mux.now() - since);
        }
    }

    /** Counts what has passed of a wait that goes on. */
    void waitsSoFar(Mux mux) {
        if (waiting) {
            waits(mux, forCredit);
        }
    }
}
