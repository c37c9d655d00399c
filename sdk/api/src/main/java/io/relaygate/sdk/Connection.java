package io.relaygate.sdk;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A blocking, ordered byte stream in both directions: a TCP or Unix socket, TLS over one, a WebSocket through a relay.
 *
 * <p>One thread reads and one thread writes at a time; {@link #deadline}, {@link #abort} and {@link #close} may be
 * called from any thread and unblock every call.
 */
public interface Connection extends Closeable {

    /** The bytes from the peer. {@code read} returns -1 only after the peer has ended its direction cleanly. */
    InputStream in();

    /** The bytes to the peer, sent as they are written: there is nothing to flush. */
    OutputStream out();

    /**
     * Looks at the bytes to come without consuming them. Waits until {@code n} bytes are there or the peer has ended
     * its direction.
     *
     * @param n 1 to 65536
     * @return a read-only view of at least {@code n} bytes, fewer only if the peer ended; whatever else has arrived
     *     may follow. Valid until the next read or peek.
     */
    ByteBuffer peek(int n) throws IOException;

    /**
     * Waits until a read would return at once: bytes are there, the peer has ended, or the connection is lost. What has arrived
     * stays unread, and a wait that ran out leaves the connection as it was.
     *
     * <p>By default it does not wait: a limit of zero sees bytes alone, and with any other this is true at once and the read waits. Who
     * brings connections of its own does better: a thread is kept for one that cannot be waited on, and in a pool nobody sees
     * that it has ended.
     *
     * @return false if the limit passed first
     */
    default boolean awaitReadable(Duration limit) throws IOException {
        return !limit.isZero() || in().available() > 0;
    }

    /** Whether {@link #finish} can tell the peer that this direction has ended while the other goes on. */
    boolean canFinish();

    /**
     * Ends the outgoing direction and leaves the incoming one open (half-close). Where {@link #canFinish} is false
     * this closes the connection.
     */
    void finish() throws IOException;

    /**
     * Sets the instant at which every call, blocked or to come, fails with {@link java.net.SocketTimeoutException} and
     * the connection is aborted; null for never.
     */
    void deadline(@Nullable Instant instant);

    /**
     * What the TLS of the connection has agreed on with ALPN (RFC 7301), for example {@code h2}; null if nothing was offered or
     * chosen, or there is no TLS that began or ended here.
     */
    default @Nullable String applicationProtocol() {
        return null;
    }

    /**
     * Ends the connection so that the peer sees a failure and not an end, wherever the wire can tell. Does nothing once
     * {@link #close} has returned: what was said before it arrives.
     */
    void abort();

    /** Ends the connection cleanly in both directions. Does nothing if it has ended. */
    @Override
    void close();

    /**
     * The connection as a socket, for libraries that insist on one. It is connected; its timeout ({@code setSoTimeout}) is a
     * {@link #deadline} for each read, which ends the connection; its addresses mean nothing, and options of TCP do nothing.
     */
    default Socket asSocket() throws IOException {
        return new ConnectionSocket(this);
    }
}
