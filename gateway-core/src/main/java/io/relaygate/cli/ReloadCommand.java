package io.relaygate.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final Running running = new Running();

    ReloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        running.reload(terminal);
        terminal.out().println("configuration applied");
        return Exit.OK;
    }
}
