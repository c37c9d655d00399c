package io.relaygate.tunnel;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who appends to a lane when more sessions want to than it has room for: they take turns, with small frames while others
 * wait. Guarded by the lane's lock.
 */
final class Turns {

    /** For how long a carrier may have enough to write; more only delays what others have to say. */
    private static final long BACKLOG_NANOS = 2_000_000;

    private static final long LEAST_BACKLOG = 128 * 1024;
    private static final long LEAST_SHARE = 4 * 1024;

    /** Bytes per second from which on a frame of any length is out in a moment. */
    private static final long QUICK = 20_000_000;

    private final Lane lane;
    private final Deque<MuxSession> waiting = new ArrayDeque<>();

    Turns(Lane lane) {
        this.lane = lane;
    }

    /**
     * How many bytes a session may append now: nothing if the lane is full, else a good piece, and while others wait no
     * more than goes out in the time for which everybody's turn may take.
     */
    long room() {
        long backlog = lane.rate().bytesIn(BACKLOG_NANOS);
        if (lane.live() && lane.unsent() >= Math.max(LEAST_BACKLOG, backlog)) {
            return 0;
        }
        boolean quick = lane.rate().bytesIn(1_000_000_000) >= QUICK;
        long share = waiting.size() < 2 || quick
                ? Frame.LONGEST_DATA
                : Math.clamp(backlog / waiting.size(), LEAST_SHARE, Frame.LONGEST_DATA);
        return Math.clamp(lane.retentionCap - lane.retained(), 0, share);
    }

    /** A session waits for room. */
    void await(MuxSession session) {
        if (!waiting.contains(session)) {
            waiting.addLast(session);
        }
    }

    /** Whether it is the session's turn to append. */
    boolean isTurn(MuxSession session) {
        return waiting.isEmpty() || waiting.peekFirst() == session;
    }

    /** A session has had its turn, or waits no more. */
    void over(MuxSession session) {
        waiting.remove(session);
        callNext();
    }

    /** Wakes whoever waits longest, if there is room. */
    void callNext() {
        MuxSession next = waiting.peekFirst();
        if (next != null && room() > 0) {
            next.changed().signalAll();
        }
    }
}
