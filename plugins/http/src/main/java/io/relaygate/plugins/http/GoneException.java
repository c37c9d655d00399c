package io.relaygate.plugins.http;

import java.io.IOException;

/** Says that the client has left before it was answered. */
final class GoneException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What the log has in the place of a status, as other servers do: nobody was told anything. */
    static final int STATUS = 499;

    GoneException(LostException gone) {
        super("the client has left before it was answered", gone);
    }
}
