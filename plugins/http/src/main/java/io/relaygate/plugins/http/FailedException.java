package io.relaygate.plugins.http;

import java.io.IOException;
import java.util.Objects;

/** Says that a request is answered by the gateway itself, with an error; the client's connection ends then. */
final class FailedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    /**
     * An answer.
     *
     * @param error what has failed, and where, in the words of RFC 9209 section 2.3
     * @param why one sentence for the client
     * @param ending how the session ends
     */
    FailedException(int status, String error, String why, IOException ending) {
        super(why, ending);
        this.status = status;
        this.error = error;
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    IOException ending() {
        return (IOException) Objects.requireNonNull(getCause());
    }

    String why() {
        return Objects.requireNonNull(getMessage());
    }
}
