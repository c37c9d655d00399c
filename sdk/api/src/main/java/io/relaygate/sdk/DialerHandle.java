package io.relaygate.sdk;

import java.io.IOException;
import java.time.Instant;

/** Connects to the addresses of one destination. Used by many threads at once. */
public interface DialerHandle extends AutoCloseable {

    /**
     * Connects to an address. What it has opened and cannot use it closes.
     *
     * @param target one of the destination's addresses; its name is not looked up, or a literal address that was permitted for
     *     the host that a client has named
     * @param deadline when to give up: connections of {@link DialerContext#connect} end by themselves then
     * @return carries the bytes of the session from its first one on; nothing of them may have been read
     * @throws RefusedException UNREACHABLE if the way there refused, with what it said; the next address is tried
     * @throws IOException if a connection failed
     */
    Connection dial(HostPort target, Instant deadline) throws IOException;

    /** Called once, after the last {@link #dial} has returned. */
    @Override
    default void close() {}
}
