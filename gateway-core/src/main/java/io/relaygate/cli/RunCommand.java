package io.relaygate.cli;

import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
            "  RELAYGATE_CONFIG=/etc/relaygate/site.yaml relaygate run",
        })
final class RunCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        return new Serving(terminal).serve(config.find(terminal), addresses -> {});
    }
}
