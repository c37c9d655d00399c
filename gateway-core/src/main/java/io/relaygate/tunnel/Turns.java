package io.relaygate.tunnel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who appends to a lane when more sessions want to than it has room for: they take turns, and whoever has said nothing
 * for a while says a little out of turn. Guarded by the lane's lock.
 */
final class Turns {

    /** For how long a carrier may have enough to write; more only delays what others have to say. */
    private static final long BACKLOG_NANOS = 2_000_000;

    /** Until it is known how fast the peer takes bytes. */
    private static final long FIRST_BACKLOG = 128 * 1024;

    private static final long LEAST_BACKLOG = 16 * 1024;
    private static final long LEAST_SHARE = 4 * 1024;

    /** Bytes per second from which on a frame of any length is out in a moment. */
    private static final long QUICK = 20_000_000;

    /** Who has been called may go on for so long: each call costs two switches of threads. */
    private static final long QUICK_TURN = 256 * 1024;

    /** How much may be said out of turn, and after what silence. */
    private static final long ASIDE = 4 * 1024;

    private static final long SILENCE = 50_000_000;

    private final Lane lane;
    private final LongSupplier clock;
    private final Deque<MuxSession> waiting = new ArrayDeque<>();

    /** Where a session stands. */
    static final class Place {
        private long left;
        private long spokeAt;
        private boolean queued;

        /** A session that has just been opened. */
        Place(long now) {
            spokeAt = now - SILENCE;
        }
    }

    Turns(Lane lane, LongSupplier clock) {
        this.lane = lane;
        this.clock = clock;
    }

    /** Somebody who has nothing to say yet. */
    Place place() {
        return new Place(clock.getAsLong());
    }

    /**
     * How many of some bytes a session may append now, which it then does. If none, it waits for its turn: its condition
     * is signalled. Who wants none, having no credit, takes no turn from others.
     */
    int grant(MuxSession session, long wanted) {
        if (wanted <= 0) {
            over(session);
            return 0;
        }
        Place place = session.place();
        long now = clock.getAsLong();
        boolean may = waiting.isEmpty() || waiting.peekFirst() == session || place.left > 0;
        boolean silent = !place.queued && now - place.spokeAt >= SILENCE;
        long most = Math.max(may ? room() : 0, silent ? ASIDE : 0);
        int granted = (int) Math.min(Math.min(wanted, most), lane.retentionCap - lane.retained());
        if (granted <= 0) {
            if (!place.queued) {
                place.queued = true;
                place.left = 0;
                waiting.addLast(session);
            }
            return 0;
        }
        place.spokeAt = now;
        if (place.queued || waiting.isEmpty()) {
            place.left = quick() ? QUICK_TURN : share();
        }
        place.left -= granted;
        over(session);
        return granted;
    }

    private long limit() {
        long backlog = lane.rate().bytesIn(BACKLOG_NANOS);
        return backlog == 0 ? FIRST_BACKLOG : Math.max(LEAST_BACKLOG, backlog);
    }

    private boolean quick() {
        return lane.rate().bytesIn(1_000_000_000) >= QUICK;
    }

    /** While others wait, no more than goes out in the time that everybody's turn may take. */
    private long share() {
        return Math.clamp(lane.rate().bytesIn(BACKLOG_NANOS) / (waiting.size() + 1), LEAST_SHARE, Frame.LONGEST_DATA);
    }

    /** The same without a carrier: what piles up meanwhile would go out first when there is one. */
    private long room() {
        if (lane.unsent() >= limit()) {
            return 0;
        }
        return waiting.isEmpty() || quick() ? Frame.LONGEST_DATA : share();
    }

    /** A session has had its turn, or waits no more. */
    void over(MuxSession session) {
        if (session.place().queued) {
            session.place().queued = false;
            waiting.remove(session);
        }
        callNext();
    }

    /** Wakes whoever waits longest, once there is room for some. */
    void callNext() {
        @Nullable MuxSession next = waiting.peekFirst();
        if (next == null || lane.unsent() > limit() / 2) {
            return;
        }
        if (lane.retentionCap - lane.retained() >= Math.min(Frame.LONGEST_DATA, lane.retentionCap / 4)) {
            next.allowances().signalAll();
        }
    }
}
