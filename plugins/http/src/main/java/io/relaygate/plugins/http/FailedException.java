package io.relaygate.plugins.http;

import io.relaygate.plugins.http.storage.StorageError;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says that a request is answered by the gateway itself, with an error; the client's connection ends then. */
final class FailedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final transient @Nullable StorageError form;

    /**
     * An answer.
     *
     * @param error what has failed, and where, in the words of RFC 9209 section 2.3
     * @param why one sentence for the client
     * @param ending how the session ends
     */
    FailedException(int status, String error, String why, IOException ending) {
        this(status, error, why, ending, null);
    }

    /** An answer in the form of a storage service. */
    FailedException(int status, String error, String why, IOException ending, @Nullable StorageError form) {
        super(why, ending);
        this.status = status;
        this.error = error;
        this.form = form;
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    /** What the client is told, if not in plain words. */
    @Nullable StorageError form() {
        return form;
    }

    IOException ending() {
        return (IOException) Objects.requireNonNull(getCause());
    }

    String why() {
        return Objects.requireNonNull(getMessage());
    }
}
