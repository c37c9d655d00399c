package io.relaygate.plugin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin's manifest declares that the plugin does, for the operator. It is its author's word: only the protocols are
 * compared with what the plugin brings, nothing holds it to the rest.
 *
 * @param protocols {@code Plugin-Protocols}, names with commas between; null if it says nothing about them
 * @param dialers {@code Plugin-Dialers}, likewise
 * @param network {@code Plugin-Network}: to what it opens connections itself, besides those that the gateway opens for it
 * @param files {@code Plugin-Files}: which files it reads or writes, besides those that its settings name
 * @param threads {@code Plugin-Threads}: which threads it starts itself
 */
public record Declared(
        @Nullable List<String> protocols,
        @Nullable List<String> dialers,
        @Nullable String network,
        @Nullable String files,
        @Nullable String threads) {

    private static final String NONE = "none";

    /** Keeps its own copies. */
    public Declared {
        protocols = protocols == null ? null : List.copyOf(protocols);
        dialers = dialers == null ? null : List.copyOf(dialers);
    }

    static Declared in(Attributes manifest) {
        return new Declared(
                names(manifest, "Plugin-Protocols"),
                names(manifest, "Plugin-Dialers"),
                text(manifest, "Plugin-Network"),
                text(manifest, "Plugin-Files"),
                text(manifest, "Plugin-Threads"));
    }

    /** In a few words: what it does of its own, {@code network, threads}, or {@code nothing}, or that it does not say. */
    public String summary() {
        if (network == null && files == null && threads == null) {
            return "not said";
        }
        List<String> all = new ArrayList<>();
        add(all, "network", network);
        add(all, "files", files);
        add(all, "threads", threads);
        return all.isEmpty() ? "nothing" : String.join(", ", all);
    }

    private static void add(List<String> all, String what, @Nullable String said) {
        if (said == null) {
            all.add(what + " not said");
        } else if (!said.equals(NONE)) {
            all.add(what);
        }
    }

    private static @Nullable List<String> names(Attributes manifest, String key) {
        String text = text(manifest, key);
        if (text == null) {
            return null;
        }
        return text.equals(NONE) ? List.of() : Arrays.stream(text.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    private static @Nullable String text(Attributes manifest, String key) {
        String text = PluginFacts.text(manifest, key);
        return NONE.equalsIgnoreCase(text) ? NONE : text;
    }
}
