package io.relaygate.dist;

import org.jspecify.annotations.Nullable;

/** Closes what a test class has started. */
final class Closing {

    private Closing() {}

    /** Closes all of them, whatever happens with one; null is what was never started. */
    static void all(@Nullable AutoCloseable... started) {
        Throwable failure = null;
        for (AutoCloseable each : started) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception | AssertionError e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }
}
