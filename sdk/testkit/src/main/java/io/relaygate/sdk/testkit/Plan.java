package io.relaygate.sdk.testkit;

import org.jspecify.annotations.Nullable;

/**
 * What is done to the bytes of a session.
 *
 * @param whose the peer whose bytes it is done to, or null for all
 * @param cut where they come in two pieces
 * @param stop where the peer breaks off, or null
 */
record Plan(@Nullable String whose, Cut cut, Peer.@Nullable Stop stop) {

    /** The name of the client among the peers. */
    static final String CLIENT = "client";

    /** Nothing. */
    static final Plan NONE = new Plan(null, new Cut.Nowhere(), null);

    Cut cut(String peer) {
        return isOf(peer) ? cut : new Cut.Nowhere();
    }

    Peer.@Nullable Stop stop(String peer) {
        return isOf(peer) ? stop : null;
    }

    private boolean isOf(String peer) {
        return whose == null || whose.equals(peer);
    }
}
