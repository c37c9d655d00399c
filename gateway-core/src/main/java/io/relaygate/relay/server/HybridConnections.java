package io.relaygate.relay.server;

import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The hybrid connections of the relay, found by path: names compare without case, and the longest one wins. */
final class HybridConnections {

    private final InstantSource clock;
    private volatile Map<String, Endpoint> byPath = Map.of();

    HybridConnections(Map<String, HybridConnection> settings, int maxListeners, InstantSource clock) {
        this.clock = clock;
        change(settings, maxListeners);
    }

    /**
     * Replaces the declared ones; those that stay keep their listeners.
     *
     * @return those that are no more
     */
    synchronized List<Endpoint> change(Map<String, HybridConnection> settings, int maxListeners) {
        Map<String, Endpoint> next = new TreeMap<>();
        settings.forEach((path, one) -> {
            Endpoint present = byPath.get(key(path));
            Endpoint endpoint = present != null && present.path().equals(path) ? present : new Endpoint(path, clock);
            endpoint.change(one, maxListeners);
            next.put(key(path), endpoint);
        });
        List<Endpoint> gone =
                byPath.values().stream().filter(each -> !next.containsValue(each)).toList();
        byPath = next;
        return gone;
    }

    /**
     * A hybrid connection and what followed its path.
     *
     * @param suffix decoded, without slashes at its ends; empty if nothing followed
     */
    record Found(Endpoint endpoint, String suffix) {}

    /** The hybrid connection that a path leads to, or null. */
    @Nullable Found find(String path) {
        int end = path.length();
        while (end > 0) {
            Endpoint endpoint = byPath.get(key(path.substring(0, end)));
            if (endpoint != null) {
                String suffix = end == path.length() ? "" : path.substring(end + 1);
                return new Found(endpoint, suffix);
            }
            end = path.lastIndexOf('/', end - 1);
        }
        return null;
    }

    /** All of them. */
    Collection<Endpoint> all() {
        return byPath.values();
    }

    private static String key(String path) {
        return path.toLowerCase(Locale.ROOT);
    }
}
