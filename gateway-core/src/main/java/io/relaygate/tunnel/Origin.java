package io.relaygate.tunnel;

import org.jspecify.annotations.Nullable;

/**
 * Where a carrier comes from.
 *
 * @param relay the name of the relay
 * @param remote the edge's address as the relay reports it
 * @param peer the edge that has proven to be at its other end, or null if it is not sealed
 */
public record Origin(String relay, String remote, @Nullable Peer peer) {

    /** One that is not sealed. */
    public Origin(String relay, String remote) {
        this(relay, remote, null);
    }

    /** What the edge is called here; null if it has not proven who it is. */
    public @Nullable String sender() {
        return peer == null ? null : peer.name();
    }
}
