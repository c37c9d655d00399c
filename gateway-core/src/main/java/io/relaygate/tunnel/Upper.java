package io.relaygate.tunnel;

import io.relaygate.net.Lease;
import org.jspecify.annotations.Nullable;

/** What a lane carries; called with the lane's lock held, never blocks. */
interface Upper {

    /** Takes bytes of the peer's stream, in order, each once. With a lease they need no copy. */
    void received(@Nullable Lease lease, byte[] bytes, int offset, int length);

    /** The lane can take more, or the peer holds every byte. */
    void roomMade();

    /** The lane's state has changed. */
    void changed();

    /** The lane is over. */
    void ended(LaneEnd end, String reason);

    /** No new sessions are wanted. */
    void leave();

    /** How many sessions there are. */
    int count();

    /** Whether both ends leave, no session is left, and the peer holds every byte: the end of the last session too. */
    boolean finished();
}
