package io.relaygate.net;

import java.io.IOException;

/** Says that the head of an HTTP message cannot be accepted, and with which status to say so. */
public final class BadHeadException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status 400, 405, 426, 431, 501 or 505
     * @param message for people; holds nothing that the peer sent
     */
    public BadHeadException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status of the answer, if the head was a request. */
    public int status() {
        return status;
    }
}
