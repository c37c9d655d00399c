package io.relaygate.cli;

import io.relaygate.GatewaySettings;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.config.JsonSchema;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate schema}: the JSON schema of the configuration. */
@Command(
        name = "schema",
        header = "Print the JSON schema of the configuration, for editors.",
        description = "What a route may say under `with:` follows from the plugins.",
        footerHeading = "%nExample:%n",
        footer = {
            "  relaygate schema > relaygate.schema.json",
            "",
            "The first line of a configuration then names it: # yaml-language-server: $schema=relaygate.schema.json",
        })
final class SchemaCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The folder of plugin jars; without it, the distribution's.")
    private @Nullable Path folder;

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, ConfigException {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        Path jars = folder == null ? terminal.plugins() : terminal.resolve(folder);
        if (folder != null) {
            Preview.NONE.guard(jars, jars);
        }
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(jars, Preview.NONE, scratch.path(), Version.text())) {
            Map<String, Class<? extends Record>> settings = new TreeMap<>();
            plugins.protocols().forEach((name, protocol) -> settings.put(name, protocol.settings()));
            terminal.out().println(JsonSchema.of(GatewaySettings.class, "protocol", settings));
        }
        return Exit.OK;
    }
}
