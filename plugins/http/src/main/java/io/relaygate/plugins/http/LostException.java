package io.relaygate.plugins.http;

import java.io.IOException;
import java.util.Objects;

/** Says which of the two connections of an exchange has failed, where both are used at once. */
final class LostException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Which. */
    enum Side {
        CLIENT,
        DESTINATION
    }

    private final Side side;

    LostException(Side side, IOException cause) {
        super(cause.getMessage(), cause);
        this.side = side;
    }

    boolean is(Side other) {
        return side == other;
    }

    IOException cause() {
        return (IOException) Objects.requireNonNull(getCause());
    }
}
