package io.relaygate.sdk;

import java.io.IOException;

/**
 * Says that a caller may not go on, or that a destination cannot be reached, before any byte was passed on. The
 * message is for the operator and may be told to the client.
 */
public final class RefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Why. Also a metric label and a log field. */
    public enum Reason {
        /** Policy says no. */
        NOT_ALLOWED,
        /** No route, no such site, service or destination. */
        NOT_FOUND,
        /** The relay knows nobody who listens for the site. */
        NO_SITE,
        /** No relay could be reached. */
        NO_RELAY,
        /** No address of the destination could be reached in time. */
        UNREACHABLE,
        /** The far side is full or is shutting down; another may take the session. */
        BUSY,
        /** What the client sent cannot be understood. */
        MALFORMED
    }

    private final Reason reason;

    /** A refusal whose message may be told to the client. */
    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A refusal with what caused it, for the log. */
    public RefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Whether the same attempt may succeed elsewhere or later. */
    public boolean retryable() {
        return switch (reason) {
            case NO_SITE, NO_RELAY, UNREACHABLE, BUSY -> true;
            case NOT_ALLOWED, NOT_FOUND, MALFORMED -> false;
        };
    }
}
