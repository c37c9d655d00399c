package io.relaygate.relay;

import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import java.time.Duration;
import java.time.InstantSource;

/** A probe that waits less than people do. */
public final class HastyConformance {

    private HastyConformance() {}

    /**
     * One of these.
     *
     * @param minute how long it waits for what would take one
     */
    public static Conformance of(NamespaceSettings settings, String hybridConnection, InstantSource clock, Threads threads, Duration minute) {
        return new Conformance(settings, hybridConnection, WayOut.straight(), clock, threads, minute);
    }
}
