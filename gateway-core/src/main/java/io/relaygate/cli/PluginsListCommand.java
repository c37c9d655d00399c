package io.relaygate.cli;

import io.relaygate.Plugins;
import io.relaygate.admin.Controls;
import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate plugins list}: what became of every jar. */
@Command(
        name = "list",
        header = "List the plugin jars: what each brings, or why it cannot be used.",
        description = {
            "The jars are loaded as a gateway would load them; a gateway that runs is not asked. DECLARES is what a plugin's",
            "author says that it does of its own, besides what the gateway does for it: nothing holds it to that."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins list",
            "  relaygate plugins list --plugins /opt/relaygate/plugins",
        })
final class PluginsListCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final PluginFolder folder = new PluginFolder();

    PluginsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, ConfigException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        PluginFolder.Meant meant = folder.find(terminal);
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(meant.folder(), meant.preview(), scratch.path(), Version.text())) {
            List<Controls.Plugin> all = new ArrayList<>(plugins.list());
            meant.jars().all().stream().filter(jar -> !jar.enabled()).forEach(jar -> all.add(new Controls.Plugin(
                    jar.name(), jar.id(), jar.version(), List.of(), "", "DISABLED", "`relaygate plugins enable` puts it to use")));
            PluginTable.print(all, terminal.out());
        }
        return Exit.OK;
    }
}
