package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --plugins DIR}, and which folder is meant without it. */
final class PluginFolder {

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The folder of jars; without it, the configuration's, or else the distribution's.")
    private @Nullable Path folder;

    /**
     * A folder, and the configuration that says which of its jars may be loaded.
     *
     * @param file that configuration's file; null if there is none
     */
    record Meant(Path folder, Preview preview, @Nullable Path file) {

        /** Its jars. */
        InstalledPlugins jars() {
            return new InstalledPlugins(folder, preview.locksPlugins());
        }

        /**
         * The one jar that is meant by a file name or an id.
         *
         * @throws Failure if there is none, or several
         */
        InstalledPlugins.Jar jar(String nameOrId) throws Failure, IOException {
            List<InstalledPlugins.Jar> found = jars().find(nameOrId);
            if (found.isEmpty()) {
                throw new Failure(Exit.FAILED, "no jar in " + folder + " is named '" + nameOrId
                        + "' or has this Plugin-Id; `relaygate plugins list` shows them");
            }
            return found.getFirst();
        }

        /** What needs something that a jar brings: a line for each that is needed. */
        List<String> needs(Collection<String> brought) {
            Map<String, List<String>> needs = preview.needs();
            return brought.stream().filter(needs::containsKey)
                    .map(name -> file + " needs '" + name + "' for " + String.join(", ", needs.get(name)))
                    .toList();
        }

        /** What a gateway that runs does about a change of the folder. */
        String consequence() {
            return preview.watchesPlugins()
                    ? "a gateway that runs follows in about two seconds; `relaygate plugins reload` shows what comes of it"
                    : "a gateway that runs follows when it is told to: `relaygate plugins reload`";
        }
    }

    /**
     * What is meant.
     *
     * @throws ConfigException if every account of the machine can write the folder
     */
    Meant find(Terminal terminal) throws ConfigException {
        Optional<Path> file = config.search(terminal);
        Preview preview = file.map(Preview::of).orElse(Preview.NONE);
        if (folder != null) {
            Path named = terminal.resolve(folder);
            preview.guard(file.orElse(named), named);
            return new Meant(named, preview, file.orElse(null));
        }
        return new Meant(file.isEmpty() ? terminal.plugins() : terminal.plugins(file.get(), preview), preview, file.orElse(null));
    }
}
