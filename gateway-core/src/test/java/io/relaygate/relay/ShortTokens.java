package io.relaygate.relay;

import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import java.time.Duration;
import java.time.InstantSource;

/** Clients whose tokens end soon. */
public final class ShortTokens {

    private ShortTokens() {}

    /** A client. */
    public static Relay client(NamespaceSettings settings, Threads threads, Duration lifetime) {
        return new AzureRelay("own", settings, new Credentials(settings, lifetime, null), threads, InstantSource.system(), new Metrics());
    }
}
