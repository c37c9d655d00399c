package io.relaygate.observe;

import java.io.IOException;

/** A connection was lost, and it is known how: it is no fault of either of its ends. */
public final class LostException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Ending ending;

    /** A connection that ended so. */
    public LostException(Ending ending, String message) {
        super(message);
        this.ending = ending;
    }

    /** How its session ends. */
    public Ending ending() {
        return ending;
    }
}
