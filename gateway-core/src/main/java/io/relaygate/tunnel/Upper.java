package io.relaygate.tunnel;

/** What a lane carries; called with the lane's lock held, never blocks. */
interface Upper {

    /** Takes bytes of the peer's stream, in order, each once. */
    void received(byte[] bytes, int offset, int length);

    /** The lane can take more. */
    void roomMade();

    /** The lane's state has changed, or the peer holds every byte. */
    void changed();

    /** The lane is over. */
    void ended(LaneEnd end, String reason);

    /** No new sessions are wanted. */
    void leave();

    /** How many sessions there are. */
    int count();

    /** Whether both ends leave and no session is left. */
    boolean unneeded();
}
