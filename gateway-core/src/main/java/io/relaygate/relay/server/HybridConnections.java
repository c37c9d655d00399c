package io.relaygate.relay.server;

import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The hybrid connections of the relay, found by path: names compare without case, and the longest one wins. */
final class HybridConnections {

    private final Map<String, Endpoint> byPath = new TreeMap<>();

    HybridConnections(Map<String, HybridConnection> settings, int maxListeners) {
        settings.forEach((path, one) -> byPath.put(key(path), new Endpoint(path, one, maxListeners)));
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
