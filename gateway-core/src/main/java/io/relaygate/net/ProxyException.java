package io.relaygate.net;

import java.io.IOException;

/** The outbound proxy is why a host cannot be reached; the message names it, and says what to do. */
public final class ProxyException extends IOException {

    private static final long serialVersionUID = 1;

    ProxyException(String message, Throwable cause) {
        super(message, cause);
    }

    ProxyException(String message) {
        super(message);
    }
}
