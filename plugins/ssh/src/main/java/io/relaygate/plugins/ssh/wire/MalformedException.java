package io.relaygate.plugins.ssh.wire;

import java.io.IOException;

/** Bytes that are none of the protocol's; the message says what is wrong with them. */
public final class MalformedException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says what is wrong, in words that go on from "the client" or "the server". */
    public MalformedException(String message) {
        super(message);
    }
}
