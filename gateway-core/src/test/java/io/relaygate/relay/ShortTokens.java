package io.relaygate.relay;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import java.time.Duration;
import java.time.InstantSource;

/** Clients whose tokens end soon, or when the test says. */
public final class ShortTokens {

    private ShortTokens() {}

    /** A client. */
    public static Relay client(NamespaceSettings settings, Threads threads, Duration lifetime) {
        return new AzureRelay(
                "own", settings, WayOut.straight(), new Credentials(settings, lifetime, null, WayOut.straight()), threads, InstantSource.system(), new Metrics(),
                Deadlines.shared());
    }

    /** A client whose tokens live for an hour by this clock, by which the timer goes, too. */
    public static Relay client(NamespaceSettings settings, Threads threads, InstantSource clock, Deadlines timer) {
        Credentials credentials = new Credentials(settings, Credentials.LIFETIME, null, WayOut.straight());
        return new AzureRelay("own", settings, WayOut.straight(), credentials, threads, clock, new Metrics(), timer);
    }
}
