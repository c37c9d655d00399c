package io.relaygate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import org.jspecify.annotations.Nullable;

/** {@code relaygate plugins}. */
@Command(
        name = "plugins",
        header = "Look at the plugins, check, add and remove them, have a running gateway take them up, say which are trusted.",
        synopsisSubcommandLabel = "COMMAND")
final class PluginsCommand implements Runnable {

    @Mixin
    final HelpOption help = new HelpOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        CommandLine self = spec == null ? new CommandLine(this) : spec.commandLine();
        throw new ParameterException(self, "a command is missing: relaygate plugins list, info, verify, install, remove,"
                + " enable, disable, reload, lock or sign");
    }
}
