package io.relaygate.tunnel;

/** What becomes of a lane when it may be known otherwise who is at its ends. */
public enum Standing {
    /** Nothing. */
    KEPT,
    /** It goes on over another carrier, on which both ends prove anew who they are. */
    RENEWED,
    /** It ends, and its sessions with it: its peer is not trusted any more. */
    ENDED;

    /** Lets it come to that. The lane's lock is held, and what is to be said is sent afterwards. */
    void befall(Lane lane) {
        Carrier carrier = lane.cur;
        if (this == ENDED) {
            lane.reset(LaneEnd.NOT_TRUSTED, "the key that it has proven is not pinned any more");
        } else if (this == RENEWED && carrier != null) {
            carrier.disconnected(CarrierLoss.REPLACED, "this gateway has another key now", System.nanoTime());
        }
    }
}
