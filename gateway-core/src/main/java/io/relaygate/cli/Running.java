package io.relaygate.cli;

import io.relaygate.Preview;
import io.relaygate.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command finds the gateway that runs: by its configuration, or by its state folder. */
final class Running {

    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(60);

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

    /**
     * Has it read its configuration and its plugins again.
     *
     * @return its admin port
     * @throws Failure if nothing was changed; the problems are told
     */
    AdminClient reload(Terminal terminal) throws Failure, IOException {
        AdminClient gateway = find(terminal);
        List<String> problems = gateway.reload(RELOAD_LIMIT);
        if (!problems.isEmpty()) {
            problems.forEach(terminal.err()::println);
            throw new Failure(Exit.CONFIGURATION, "nothing was changed: " + Problems.count(problems.size()));
        }
        return gateway;
    }
}
