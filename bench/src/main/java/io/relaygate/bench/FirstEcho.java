package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first byte that has come through a setup and back.
 *
 * @param time how long it took
 */
record FirstEcho(Duration time) {

    /** Tries once; null if the connection is refused or closed, as it is until all processes are ready. */
    static @Nullable FirstEcho through(InetSocketAddress entry) {
        long start = System.nanoTime();
        try {
            Client.connectAndEcho(entry).close();
            return new FirstEcho(Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException notYet) {
            return null;
        }
    }
}
