package io.relaygate.tunnel;

/**
 * How many sessions of a lane are being opened, and how much of what the peer begins comes to nothing. Guarded by the
 * lane's lock.
 */
final class Openings {

    /** At a site each of them may be a connection that is being made. */
    private static final int MOST = 1024;

    private final Allowance wasted;
    private int open;

    Openings(long now) {
        this.wasted = Allowance.ofWastedSessions(now);
    }

    boolean full() {
        return open >= MOST;
    }

    void begun() {
        open++;
    }

    void over() {
        open--;
    }

    /** The peer has taken back a session, or opened one that there is no room for. */
    void wasted(long now) throws ProtocolException {
        if (!wasted.take(now)) {
            throw new ProtocolException("the peer opens and resets too many sessions");
        }
    }
}
