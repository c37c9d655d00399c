package io.relaygate.plugins.http.callers;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says that a request goes no further because of who asks, or how often. */
public final class TurnedAwayException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Fields fields;
    private final @Nullable RefusedException refusal;
    private final transient @Nullable Caller caller;

    /**
     * An answer.
     *
     * @param why one sentence for the client
     * @param fields of the answer
     * @param refusal null if nothing is wrong, and the client is only asked to say who it is
     * @param caller who it was, as far as it is known
     */
    TurnedAwayException(int status, String why, Fields fields, @Nullable RefusedException refusal, @Nullable Caller caller) {
        super(why, refusal);
        this.status = status;
        this.fields = fields;
        this.refusal = refusal;
        this.caller = caller;
    }

    /** One that may come again (RFC 6585 section 4). */
    static TurnedAwayException tooMany(String why, Duration again) {
        Fields fields = new Fields().add("Retry-After", Long.toString(Math.max(1, again.plusNanos(999_999_999).toSeconds())));
        return new TurnedAwayException(429, why, fields, new RefusedException(RefusedException.Reason.BUSY, why), null);
    }

    /** The same of this caller. */
    TurnedAwayException of(Caller known) {
        return new TurnedAwayException(status, why(), fields, refusal, known);
    }

    /** The response's status. */
    public int status() {
        return status;
    }

    /** What the response says beside it. */
    public Fields fields() {
        return fields;
    }

    /** How the session ends; null if it ends as any other. */
    public @Nullable RefusedException refusal() {
        return refusal;
    }

    /** Who it was, if that is known. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** One sentence for the client. */
    public String why() {
        return Objects.requireNonNull(getMessage());
    }
}
