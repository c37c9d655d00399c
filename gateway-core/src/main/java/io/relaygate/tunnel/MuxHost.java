package io.relaygate.tunnel;

/** What a mux asks of whoever owns it; called with the lane's lock held, must not block. */
interface MuxHost {

    /** A session is wanted; site only. */
    void opened(MuxSession session, Open what);

    /** Something has changed: the lane's state, or that no session is left. */
    void changed();
}
