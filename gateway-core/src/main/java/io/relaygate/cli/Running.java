package io.relaygate.cli;

import io.relaygate.Preview;
import io.relaygate.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command finds the gateway that runs: by its configuration, or by its state folder. */
final class Running {

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The running gateway's stateDir, in place of its configuration.")
    private @Nullable Path stateDir;

    /** The gateway's admin port. */
    AdminClient find(Terminal terminal) throws Failure, IOException {
        return AdminClient.find(
                stateDir == null ? Preview.of(config.find(terminal)).stateDir() : terminal.resolve(stateDir));
    }
}
