package io.relaygate.tunnel;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who appends to a lane when more sessions want to than it has room for: they take turns, with small frames while others
 * wait. Guarded by the lane's lock.
 */
final class Turns {

    /** Own bytes that wait for a living carrier; more only delay what others have to say. */
    private static final int BACKLOG = 256 * 1024;

    /** How much a session may append at once while others wait. */
    private static final int SHARE = 16 * 1024;

    private final Lane lane;
    private final Deque<MuxSession> waiting = new ArrayDeque<>();

    Turns(Lane lane) {
        this.lane = lane;
    }

    /** How many bytes a session may append now: as much as the lane has room for. */
    long room() {
        long most = lane.retentionCap - lane.retained();
        if (lane.live()) {
            most = Math.min(most, BACKLOG - lane.unsent());
        }
        return Math.min(most, waiting.isEmpty() ? Frame.LONGEST_DATA : SHARE);
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
