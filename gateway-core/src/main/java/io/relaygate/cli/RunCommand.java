package io.relaygate.cli;

import io.relaygate.Plugins;
import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate run}: serves. */
@Command(
        name = "run",
        header = "Serve as a configuration says.",
        description = {
            "When every port is open, one line on standard output names them; the log goes to standard error.",
            "",
            "SIGTERM, SIGINT  stop accepting, let sessions finish up to drainTime, exit with 0; a second one ends at once",
            "SIGHUP           read the configuration again; one with a problem changes nothing"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate run -c edge.yaml",
            "  relaygate run -c gateway.yaml --dev ../my-plugin/target",
            "  RELAYGATE_CONFIG=/etc/relaygate/site.yaml relaygate run",
        })
final class RunCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--dev",
            paramLabel = "DIR",
            description = "Where a build leaves a plugin's jar, as in path/to/target. It is used in place of one in the plugins folder, "
                    + "whoever made it, and taken up in less than a second whenever it is built. Logs as text.")
    private @Nullable Path build;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Path file = config.find(terminal);
        Path target = build == null ? null : terminal.resolve(build);
        if (target != null && !Files.isDirectory(target)) {
            throw new Failure(Exit.FAILED, "no such folder: " + target + "; --dev names where a build leaves a plugin's jar");
        }
        if (target != null && Plugins.builtIn(target).isEmpty()) {
            throw new Failure(Exit.FAILED, "no jar in " + target + " is a plugin yet: build it first, as with `mvn package`");
        }
        return new Serving(terminal, target).serve(file, addresses -> {});
    }
}
