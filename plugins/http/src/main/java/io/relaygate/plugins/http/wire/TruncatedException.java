package io.relaygate.plugins.http.wire;

import java.io.EOFException;

/** Says that the peer has ended its direction in the middle of a message (RFC 9112 section 8). */
public final class TruncatedException extends EOFException {

    private static final long serialVersionUID = 1L;

    private final boolean silent;

    /**
     * A message that is cut off.
     *
     * @param silent whether not even its first byte has come
     */
    public TruncatedException(boolean silent) {
        super(silent ? "the connection has ended before a message" : "the connection has ended in the middle of a message");
        this.silent = silent;
    }

    /** Whether not even its first byte has come. */
    public boolean silent() {
        return silent;
    }
}
