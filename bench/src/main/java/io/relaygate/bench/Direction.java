package io.relaygate.bench;

import java.util.Locale;

/** Which way bytes go. */
enum Direction {
    /** From client to sink. */
    UP,
    /** From sink to client. */
    DOWN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
