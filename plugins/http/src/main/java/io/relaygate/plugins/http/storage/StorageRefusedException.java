package io.relaygate.plugins.http.storage;

import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.util.Objects;

/** Says that a request does not go on to a storage service, and what the client is told in the service's own words. */
public final class StorageRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * A refusal.
     *
     * @param status the response's
     * @param code one of the services' error codes, {@code AuthorizationFailure}
     * @param why one sentence for the client
     */
    StorageRefusedException(int status, String code, String why) {
        super(why, new RefusedException(status == 403 ? RefusedException.Reason.NOT_ALLOWED : RefusedException.Reason.MALFORMED, why));
        this.status = status;
        this.code = code;
    }

    /** The response's status. */
    public int status() {
        return status;
    }

    /** The services' error code. */
    public String code() {
        return code;
    }

    /** How the session ends. */
    public RefusedException ending() {
        return (RefusedException) Objects.requireNonNull(getCause());
    }

    /** One sentence for the client. */
    public String why() {
        return Objects.requireNonNull(getMessage());
    }
}
