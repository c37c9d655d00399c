package io.relaygate.cli;

import io.relaygate.GatewaySettings;
import io.relaygate.config.JsonSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate schema}: the JSON schema of the configuration. */
@Command(
        name = "schema",
        header = "Print the JSON schema of the configuration, for editors.",
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

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().println(JsonSchema.of(GatewaySettings.class));
        return Exit.OK;
    }
}
