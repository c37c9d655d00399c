package io.relaygate.cli;

import io.relaygate.InstalledPlugins;
import io.relaygate.Plugins;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --force}, and whether the configuration needs a plugin that somebody wants to put away. */
final class Needed {

    @Option(names = "--force", description = "Do it although the configuration needs it.")
    private boolean force;

    /**
     * Makes sure that it does not; with {@code --force} tells that it does, and goes on.
     *
     * @throws Failure if it does
     */
    void require(PluginFolder.Meant meant, InstalledPlugins.Jar jar, Terminal terminal) throws Failure, IOException {
        List<String> needs = jar.enabled() ? meant.needs(protocols(meant, jar, terminal)) : List.of();
        if (needs.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>(needs);
        if (!force) {
            lines.add("nothing was changed: take that out first, or say --force");
            throw new Failure(Exit.CONFIGURATION, lines);
        }
        lines.add("a gateway that runs keeps the plugin until the configuration does without it, and none starts before that");
        lines.forEach(line -> terminal.err().println("warning: " + line));
    }

    private static List<String> protocols(PluginFolder.Meant meant, InstalledPlugins.Jar jar, Terminal terminal) throws IOException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(meant.folder(), meant.preview(), scratch.path(), Version.text())) {
            return plugins.list().stream().filter(each -> each.file().equals(jar.name())).findFirst()
                    .map(each -> each.protocols())
                    .orElse(List.of());
        }
    }
}
