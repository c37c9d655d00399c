package io.relaygate.plugins.tds.wire;

import java.io.IOException;

/** Bytes that are none of the protocol's messages; the message says what is wrong with them. */
public final class MalformedException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
