package io.relaygate.plugins.http.wire;

import java.io.IOException;

/** Says that what has come is no message, or one that is not taken. */
public final class MalformedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * With the status that a client is answered with whose request it is (RFC 9110 section 15).
     *
     * @param why one sentence without anything that has come
     */
    public MalformedException(int status, String why) {
        super(why);
        this.status = status;
    }

    /** The status for a client whose request it is: 400, 414, 431, 501 or 505. */
    public int status() {
        return status;
    }
}
