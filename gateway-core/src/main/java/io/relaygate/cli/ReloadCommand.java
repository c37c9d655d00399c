package io.relaygate.cli;

import io.relaygate.Preview;
import io.relaygate.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate reload}: has the running gateway read its configuration again. */
@Command(
        name = "reload",
        header = "Have the running gateway read its configuration again.",
        description = {
            "The gateway is found through its state folder, whose token only its owner can read. A configuration with a",
            "problem changes nothing, and the command exits with 78."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate reload -c /etc/relaygate/relaygate.yaml",
            "  relaygate reload --state-dir /var/lib/relaygate",
        })
final class ReloadCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The running gateway's stateDir, in place of its configuration.")
    private @Nullable Path stateDir;

    ReloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Path folder = stateDir == null ? Preview.of(config.find(terminal)).stateDir() : terminal.resolve(stateDir);
        List<String> problems = AdminClient.find(folder).reload(LIMIT);
        if (!problems.isEmpty()) {
            problems.forEach(terminal.err()::println);
            throw new Failure(Exit.CONFIGURATION, "nothing was changed: " + Problems.count(problems.size()));
        }
        terminal.out().println("configuration applied");
        return Exit.OK;
    }
}
