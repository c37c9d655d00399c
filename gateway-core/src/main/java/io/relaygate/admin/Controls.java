package io.relaygate.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the admin port shows and commands: the gateway, seen from below. Every method but {@link #reload} and {@link #bench}
 * gives a snapshot at once and never blocks; all may be called from several threads at a time.
 */
public interface Controls {

    /** Whether new connections are taken; false from the moment draining starts. */
    Readiness readiness();

    /**
     * Reads the configuration again and applies it, or changes nothing.
     *
     * @return what is wrong, one line each with its place; empty if the configuration was applied
     */
    List<String> reload();

    /** The plugin jars that were found. */
    List<Plugin> plugins();

    /** Every bound address by what is bound to it. */
    Map<String, String> addresses();

    /** How many sessions are open. */
    long sessions();

    /** The ways to the sites and from the edges, as they are now. */
    Status status();

    /**
     * Measures the way to a service. Takes seconds, on the calling thread.
     *
     * @throws IOException if the service cannot be reached, or another measurement goes on
     */
    BenchReport bench(BenchRequest request) throws IOException;

    /**
     * A plugin jar.
     *
     * @param file its file name
     * @param id the id in its manifest, null if it cannot be read
     * @param version the version in its manifest, null if it cannot be read
     * @param protocols the names of the protocols that it adds
     * @param declares what its manifest says that it does of its own, as {@code network, files}
     * @param state {@code LOADED}; {@code REFUSED}; or {@code KEPT} if it was refused and what it was to replace stays in use
     * @param reason why the jar was refused, null if it was not
     */
    record Plugin(
            String file,
            @Nullable String id,
            @Nullable String version,
            List<String> protocols,
            String declares,
            String state,
            @Nullable String reason) {

        /** Keeps its own copy of the protocols. */
        public Plugin {
            protocols = List.copyOf(protocols);
        }
    }
}
