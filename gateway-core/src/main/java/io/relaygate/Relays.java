package io.relaygate;

import io.relaygate.azure.Identities;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Relay;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The namespaces in use; one that a new configuration leaves as it was stays the same. */
final class Relays {

    /** The name of the relay in this process. */
    static final String EMBEDDED = "embedded";

    private final Identities identities;
    private final Threads threads;
    private final InstantSource clock;
    private final Metrics metrics;
    private final @Nullable Relay embedded;
    private final List<Open> open = new ArrayList<>();

    private record Open(String name, NamespaceSettings settings, Relay relay) {}

    /**
     * None is reached yet.
     *
     * @param stateDir where is kept that somebody has signed in
     * @param embedded the relay in this process, or null
     */
    Relays(Path stateDir, Threads threads, InstantSource clock, Metrics metrics, @Nullable Relay embedded) {
        this.identities = new Identities(System.getenv(), stateDir);
        this.threads = threads;
        this.clock = clock;
        this.metrics = metrics;
        this.embedded = embedded;
    }

    /** The namespaces of a configuration, by name. */
    synchronized Map<String, Relay> of(Map<String, NamespaceSettings> namespaces) {
        Map<String, Relay> relays = new HashMap<>();
        namespaces.forEach((name, settings) -> relays.put(name, get(name, settings)));
        if (embedded != null) {
            relays.put(EMBEDDED, embedded);
        }
        return relays;
    }

    private Relay get(String name, NamespaceSettings settings) {
        for (Open each : open) {
            if (each.name().equals(name) && each.settings().equals(settings)) {
                return each.relay();
            }
        }
        Relay relay = new AzureRelay(name, settings, identities, threads, clock, metrics);
        open.add(new Open(name, settings, relay));
        return relay;
    }

    /** Closes the namespaces that are not in use any more. */
    synchronized void closeAllBut(Set<Relay> used) {
        open.removeIf(each -> {
            if (used.contains(each.relay())) {
                return false;
            }
            each.relay().close();
            return true;
        });
    }
}
