package io.relaygate.cli;

import io.relaygate.GatewayConfig;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate check}: lists everything that is wrong with a configuration. */
@Command(
        name = "check",
        header = "List everything that is wrong with a configuration.",
        description = {
            "Each problem is one line with its file, line and column, and all of them are listed.",
            "Opens no connection and writes nothing. Exits with 0 or 78."
        },
        footerHeading = "%nExample:%n",
        footer = "  relaygate check -c /etc/relaygate/relaygate.yaml && systemctl reload relaygate")
final class CheckCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Path file = config.find(terminal);
        // What a plugin says about itself is told below, once.
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(terminal.plugins(Preview.of(file)), scratch.path(), Version.text())) {
            plugins.list().stream()
                    .filter(plugin -> plugin.reason() != null)
                    .map(plugin -> "plugin " + plugin.file() + " cannot be used: " + plugin.reason())
                    .forEach(terminal.err()::println);
            GatewayConfig.load(file, plugins.protocols());
        }
        terminal.out().println(file + ": ok");
        return Exit.OK;
    }
}
