package io.relaygate.azure;

import java.io.IOException;

/** A service of Azure has nothing for us now, and may have it later. */
final class BusyException extends IOException {

    private static final long serialVersionUID = 1;

    private final long seconds;

    BusyException(String message, long seconds) {
        super(message);
        this.seconds = seconds;
    }

    /** For how long it asks to be left alone; 0 if it does not say. */
    long seconds() {
        return seconds;
    }
}
