package io.relaygate.plugins.redis.wire;

import java.io.IOException;

/** What the client sent is no request; the message is what Redis would say. */
public final class ProtocolErrorException extends IOException {

    private static final long serialVersionUID = 1L;

    ProtocolErrorException(String message) {
        super(message);
    }
}
