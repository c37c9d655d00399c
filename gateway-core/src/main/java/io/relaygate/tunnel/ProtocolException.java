package io.relaygate.tunnel;

import java.io.IOException;

/** The peer has sent what the tunnel's protocol does not allow. */
final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }
}
