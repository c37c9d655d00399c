package io.relaygate.tunnel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who appends to a lane when more sessions want to than its path holds: they take turns, and whoever has said nothing
 * for a while says a little out of turn. Guarded by the lane's lock.
 */
final class Turns {

    /** What everybody's turn may take together on a path that is not quick. */
    private static final long ROUND_NANOS = 2_000_000;

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
        int others = waiting.size() - (place.queued ? 1 : 0);
        long most = Math.max(may ? room(wanted, others) : 0, silent ? ASIDE : 0);
        int granted = (int) Math.min(Math.min(wanted, most), lane.retentionCap - lane.retained());
        if (granted <= 0) {
            lane.capacity().refused();
            if (!place.queued) {
                place.queued = true;
                place.left = 0;
                waiting.addLast(session);
            }
            return 0;
        }
        place.spokeAt = now;
        if (place.queued || waiting.isEmpty()) {
            place.left = quick() ? QUICK_TURN : share(others);
        }
        place.left -= granted;
        lane.capacity().appended(lane.appended() + granted, now);
        over(session);
        return granted;
    }

    private boolean quick() {
        return lane.capacity().bytesIn(1_000_000_000) >= QUICK;
    }

    /** While others wait, no more than goes out in the time that everybody's turn may take. */
    private long share(int others) {
        return Math.clamp(lane.capacity().bytesIn(ROUND_NANOS) / (others + 1), LEAST_SHARE, Frame.LONGEST_DATA);
    }

    /** How much of what is wanted may be appended; nothing rather than a small part. */
    private long room(long wanted, int others) {
        long room = room();
        long longest = others == 0 || quick() ? Frame.LONGEST_DATA : share(others);
        return room < Math.min(Math.min(wanted, longest), enough()) ? 0 : Math.min(room, longest);
    }

    /** The same without a carrier: what piles up meanwhile would go out first when there is one. */
    private long room() {
        return cap() - lane.retained();
    }

    /** What is worth to go on for: on a quick path two switches of threads, on a slow one that it does not run dry. */
    private long enough() {
        return quick() ? Math.min(QUICK_TURN, cap() / 4) : cap() / 16;
    }

    private long cap() {
        return Math.min(lane.retentionCap, lane.capacity().bytes());
    }

    /** A session has had its turn, or waits no more. */
    void over(MuxSession session) {
        if (session.place().queued) {
            session.place().queued = false;
            waiting.remove(session);
        }
        callNext();
    }

    /** Wakes whoever waits longest, once there is room for more than a little. */
    void callNext() {
        @Nullable MuxSession next = waiting.peekFirst();
        if (next != null && room() >= enough()) {
            next.allowances().signalAll();
        }
    }
}
