package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;

/** A connection that the core made itself: it can be waited on without giving a buffer to the wait. */
public interface Link extends Connection {

    /**
     * Waits until a read would return at once: bytes are there, or the peer has ended. What arrived stays unread, and
     * a wait that ran out leaves the connection as it was.
     *
     * @return false if the limit passed first
     */
    boolean awaitReadable(Duration limit) throws IOException;
}
