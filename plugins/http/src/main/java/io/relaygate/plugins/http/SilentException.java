package io.relaygate.plugins.http;

import java.io.IOException;
import java.util.Objects;

/** Says that a connection to a destination has ended without a word in answer to a request that can be made again. */
final class SilentException extends IOException {

    private static final long serialVersionUID = 1L;

    SilentException(FailedException failure) {
        super(failure);
    }

    /** What it means if it is not made again. */
    FailedException failure() {
        return (FailedException) Objects.requireNonNull(getCause());
    }
}
