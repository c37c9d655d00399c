package io.relaygate.tunnel;

/** How long the sender of one session waits, and for what. Guarded by the lane's lock. */
final class Waits {

    private boolean waiting;
    private boolean forCredit;
    private long since;

    /** It waits, as before or for something else. */
    void begin(Mux mux, boolean credit) {
        end(mux);
        waiting = true;
        forCredit = credit;
        since = mux.now();
    }

    /** It does not wait any more, if it did. */
    void end(Mux mux) {
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

    /** Tells the counts of a wait that goes on. */
    void soFar(Mux mux) {
        if (waiting) {
            begin(mux, forCredit);
        }
    }
}
