package io.relaygate.plugin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one jar of the plugins folder.
 *
 * @param file the jar's file name, without its folder
 * @param id the manifest's {@code Plugin-Id}, or null if it could not be read
 * @param version the manifest's {@code Plugin-Version}, or null if it could not be read
 * @param protocols the names of the protocols that routes can use, in the plugin's order, and then the dialers that
 *     destinations can use, {@code via NAME}; empty if it was refused
 * @param declares what it says that it does of its own, in a few words: {@link Declared#summary}; empty if that could not be read
 * @param state whether it can be used
 * @param reason why the jar was refused, one line for the operator; null if it was loaded
 */
public record PluginStatus(
        String file,
        @Nullable String id,
        @Nullable String version,
        List<String> protocols,
        String declares,
        State state,
        @Nullable String reason) {

    /** What stands before the name of a dialer among protocols. */
    static final String VIA = "via ";

    /** Whether a plugin can be used. */
    public enum State {
        /** Its protocols can be named by routes. */
        LOADED,
        /** It is not used, the reason says why; what it was to replace stays in use, and that is what is told here. */
        KEPT,
        /** It is not used; the reason says why. */
        REFUSED
    }

    /** Keeps its own copy of the names. */
    public PluginStatus {
        protocols = List.copyOf(protocols);
    }

    static PluginStatus refused(String file, @Nullable PluginFacts facts, @Nullable String reason) {
        return facts == null
                ? new PluginStatus(file, null, null, List.of(), "", State.REFUSED, reason)
                : new PluginStatus(file, facts.id(), facts.version(), List.of(), facts.declared().summary(), State.REFUSED, reason);
    }
}
