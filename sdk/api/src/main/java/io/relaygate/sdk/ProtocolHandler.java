package io.relaygate.sdk;

import java.io.IOException;

/** Serves the sessions of one route. Used by many threads at once. */
public interface ProtocolHandler extends AutoCloseable {

    /**
     * Serves one session, from its first byte to its last. One call is one connection and one thread; the session is
     * over when the call returns, and both its connections are closed by the gateway.
     *
     * @throws RefusedException if the caller may not go on
     * @throws IOException if a connection failed
     */
    void handle(Session session) throws IOException;

    /** Called once, after the last {@link #handle} has returned. */
    @Override
    default void close() {}
}
