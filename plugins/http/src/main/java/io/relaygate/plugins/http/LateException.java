package io.relaygate.plugins.http;

import java.net.SocketTimeoutException;

/** A client has not said its request in time, and has been told. */
final class LateException extends SocketTimeoutException {

    private static final long serialVersionUID = 1L;

    LateException() {
        super("the client has not said its request in time");
    }
}
