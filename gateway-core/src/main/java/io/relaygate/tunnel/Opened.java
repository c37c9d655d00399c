package io.relaygate.tunnel;

import io.relaygate.net.Link;
import org.jspecify.annotations.Nullable;

/**
 * A connection, of a carrier or of a session.
 *
 * @param relay the name of the relay that carries it now
 * @param peer who has proven to be at the other end of a carrier, or null if it is not sealed
 */
public record Opened(Link link, String relay, @Nullable Peer peer) {

    /** One that is not sealed. */
    public Opened(Link link, String relay) {
        this(link, relay, null);
    }
}
