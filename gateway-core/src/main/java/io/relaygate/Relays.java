package io.relaygate;

import io.relaygate.azure.EntraTokens;
import io.relaygate.azure.Identities;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Relay;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces in use; one that a new configuration leaves as it was stays the same. */
final class Relays {

    private static final Logger LOG = LoggerFactory.getLogger(Relays.class);

    /** The name of the relay in this process. */
    static final String EMBEDDED = "embedded";

    private final Identities identities;
    private final Threads threads;
    private final InstantSource clock;
    private final Metrics metrics;
    private final @Nullable Relay embedded;
    private final List<Open> open = new CopyOnWriteArrayList<>();

    /** How the namespaces are reached; null before the first are. */
    private @Nullable WayOut told;

    private record Open(String name, NamespaceSettings settings, WayOut out, AzureRelay relay) {}

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

    /**
     * The namespaces of a configuration, by name.
     *
     * @param out how they are reached
     */
    synchronized Map<String, Relay> of(Map<String, NamespaceSettings> namespaces, WayOut out) {
        tell(out);
        Map<String, Relay> relays = new HashMap<>();
        namespaces.forEach((name, settings) -> relays.put(name, get(name, settings, out)));
        if (embedded != null) {
            relays.put(EMBEDDED, embedded);
        }
        return relays;
    }

    private void tell(WayOut out) {
        if (out.words() != null) {
            if (!out.equals(told)) {
                LOG.atInfo().addKeyValue("proxy", out.words()).log("what is on the internet is reached through a proxy");
            }
        } else if (told != null && told.words() != null) {
            LOG.info("what is on the internet is reached without a proxy");
        }
        told = out;
    }

    private Relay get(String name, NamespaceSettings settings, WayOut out) {
        for (Open each : open) {
            if (each.name().equals(name) && each.settings().equals(settings) && each.out().equals(out)) {
                return each.relay();
            }
        }
        AzureRelay relay = new AzureRelay(name, settings, out, identities, threads, clock, metrics);
        open.add(new Open(name, settings, out, relay));
        return relay;
    }

    /** Tells of each namespace in use that is reached by an identity how it has gone with the tokens of that; never waits. */
    void tokens(BiConsumer<String, EntraTokens.Count> to) {
        for (Open each : open) {
            EntraTokens.Count count = each.relay().tokens();
            if (count != null) {
                to.accept(each.name(), count);
            }
        }
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
