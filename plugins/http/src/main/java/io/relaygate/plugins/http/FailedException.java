package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.TurnedAwayException;
import io.relaygate.plugins.http.storage.StorageError;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says that a request is answered by the gateway itself, with an error; the client's connection ends then. */
final class FailedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final @Nullable String code;
    private final transient Fields fields;

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

    /**
     * An answer for which a storage service has a code of its own.
     *
     * @param code the code; null for what it says to the status
     */
    FailedException(int status, String error, String why, IOException ending, @Nullable String code) {
        this(status, error, why, ending, code, new Fields());
    }

    private FailedException(int status, String error, String why, IOException ending, @Nullable String code, Fields fields) {
        super(why, ending);
        this.fields = fields;
        this.status = status;
        this.error = error;
        this.code = code;
    }

    /** What a client is told that is turned away. */
    static FailedException of(TurnedAwayException away) {
        return new FailedException(away.status(), "http_request_denied", away.why(), away.refusal() == null ? away : away.refusal(), null, away.fields());
    }

    /** What a request is answered that is none. */
    static FailedException of(MalformedException malformed) {
        String why = String.valueOf(malformed.getMessage());
        return new FailedException(malformed.status(), "http_request_error", why, refused(malformed));
    }

    /** What a client is told whose wish to speak something else comes to nothing. */
    static FailedException unchanged(String why) {
        return new FailedException(502, "http_upgrade_failed", why, new IOException(why));
    }

    /** How a session ends whose client has said what cannot be. */
    static RefusedException refused(IOException why) {
        return new RefusedException(Reason.MALFORMED, String.valueOf(why.getMessage()), why);
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    /** What clients of storage services are told. */
    String code() {
        return code == null ? StorageError.code(status) : code;
    }

    /** Fields of the answer that no other has. */
    Fields fields() {
        return fields;
    }

    /** Whether nothing has failed: the client is asked who it is. */
    boolean isQuestion() {
        return ending() instanceof TurnedAwayException;
    }

    IOException ending() {
        return (IOException) Objects.requireNonNull(getCause());
    }

    String why() {
        return Objects.requireNonNull(getMessage());
    }
}
