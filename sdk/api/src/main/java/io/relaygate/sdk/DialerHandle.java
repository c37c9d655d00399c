package io.relaygate.sdk;

import java.io.IOException;
import java.time.Instant;

/** Connects to the addresses of one destination. Used by many threads at once. */
public interface DialerHandle extends AutoCloseable {

    /**
     * Whether it connects to a target at all. Asked of each of the destination's addresses when the configuration is checked; opens
     * no connection. Those of Unix sockets are taken by dialers that say so.
     *
     * @throws IllegalArgumentException if not; the message is shown to the operator beside the place of the {@code via:} in the
     *     configuration file
     */
    default void requireTakes(DialTarget target) {
        if (target instanceof DialTarget.UnixSocket) {
            throw new IllegalArgumentException("needs addresses with a host and a port, found '" + target + "'");
        }
    }

    /**
     * Connects to an address. What it has opened and cannot use it closes.
     *
     * @param target one of the destination's addresses, which {@link #requireTakes} has let pass; its name is not looked up. Or a
     *     literal address that was permitted for the host that a client has named
     * @param deadline when to give up: connections of {@link DialerContext#connect} end by themselves then
     * @return carries the bytes of the session from its first one on; nothing of them may have been read
     * @throws RefusedException UNREACHABLE if the way there refused, with what it said; the next address is tried
     * @throws IOException if a connection failed
     */
    Connection dial(DialTarget target, Instant deadline) throws IOException;

    /** Called once, after the last {@link #dial} has returned. */
    @Override
    default void close() {}
}
