package io.relaygate.plugins.http.h2;

import java.io.IOException;

/** A peer asks for more answers than it reads. */
final class TooManyWordsException extends IOException {

    private static final long serialVersionUID = 1L;

    TooManyWordsException() {
        super("the peer asks for more than it reads");
    }
}
