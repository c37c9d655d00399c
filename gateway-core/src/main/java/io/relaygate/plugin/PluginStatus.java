package io.relaygate.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one jar of the plugins folder.
 *
 * @param file the jar's file name, without its folder
 * @param id the manifest's {@code Plugin-Id}, or null if it could not be read
 * @param version the manifest's {@code Plugin-Version}, or null if it could not be read
 * @param protocols the names of the protocols that routes can use, in the plugin's order; empty if it was refused
 * @param state whether it can be used
 * @param reason why it was refused, one line for the operator; null if it was loaded
 */
public record PluginStatus(
        String file,
        @Nullable String id,
        @Nullable String version,
        List<String> protocols,
        State state,
        @Nullable String reason) {

    /** Whether a plugin can be used. */
    public enum State {
        /** Its protocols can be named by routes. */
        LOADED,
        /** It is not used; the reason says why. */
        REFUSED
    }

    /** Keeps its own copy of the names. */
    public PluginStatus {
        protocols = List.copyOf(protocols);
    }
}
