package io.relaygate.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, and where to look without it. */
final class ConfigOption {

    static final String VARIABLE = "RELAYGATE_CONFIG";

    private static final String NAME = "relaygate.yaml";
    private static final Path SYSTEM_WIDE = Path.of("/etc/relaygate", NAME);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration. Without it: $RELAYGATE_CONFIG, ./relaygate.yaml, /etc/relaygate/relaygate.yaml; "
                    + "the first that is there.")
    private @Nullable Path file;

    /** Whether a file was named. */
    boolean given() {
        return file != null;
    }

    /** The file to use. A file that was named need not exist: reading it tells. */
    Path find(Terminal terminal) throws Failure {
        return search(terminal)
                .orElseThrow(() -> new Failure(Exit.CONFIGURATION, "no configuration: give -c FILE, set " + VARIABLE
                        + ", or write ./" + NAME + " or " + SYSTEM_WIDE));
    }

    /** The file to use, if there is one. */
    Optional<Path> search(Terminal terminal) {
        if (file != null) {
            return Optional.of(terminal.resolve(file));
        }
        String variable = terminal.environment().get(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return Optional.of(terminal.resolve(Path.of(variable)));
        }
        return Stream.of(terminal.resolve(Path.of(NAME)), SYSTEM_WIDE)
                .filter(Files::exists)
                .findFirst();
    }
}
