package io.relaygate.cli;

import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.admin.Controls;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate plugins list}: what became of every jar. */
@Command(
        name = "list",
        header = "List the plugin jars: what each brings, or why it cannot be used.",
        description = {
            "The jars are loaded as a gateway would load them; a gateway that runs is not asked."
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
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The folder of jars; without it, the configuration's, or else the distribution's.")
    private @Nullable Path folder;

    PluginsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(folder(), scratch.path(), Version.text())) {
            Columns table = new Columns("STATE", "FILE", "VERSION", "PROTOCOLS", "REASON");
            plugins.list().forEach(plugin -> row(table, plugin));
            table.print(terminal.out());
        }
        return Exit.OK;
    }

    private Path folder() {
        if (folder != null) {
            return terminal.resolve(folder);
        }
        return config.search(terminal)
                .map(file -> terminal.plugins(Preview.of(file)))
                .orElseGet(terminal::plugins);
    }

    private static void row(Columns table, Controls.Plugin plugin) {
        table.row(
                plugin.state().toLowerCase(Locale.ROOT),
                plugin.file(),
                Objects.requireNonNullElse(plugin.version(), ""),
                String.join(", ", plugin.protocols()),
                Objects.requireNonNullElse(plugin.reason(), ""));
    }
}
