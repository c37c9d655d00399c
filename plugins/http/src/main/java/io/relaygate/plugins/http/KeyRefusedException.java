package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.RequestHead;
import java.io.IOException;

/** Says that a storage account does not know the key that a request was signed with, and that it can be made again with another. */
final class KeyRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient RequestHead request;

    /**
     * A refusal.
     *
     * @param request the same, signed with the other key
     */
    KeyRefusedException(RequestHead request) {
        this.request = request;
    }

    RequestHead request() {
        return request;
    }
}
