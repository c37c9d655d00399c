package io.relaygate.cli;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a connection string is. Never the string itself: every user of the machine can read a command line. */
final class ConnectionStringOptions {

    @Option(
            names = "--connection-string-file",
            paramLabel = "FILE",
            description = "The file that holds a connection string as Azure prints it, in place of a configuration.")
    private @Nullable Path file;

    @Option(
            names = "--connection-string-env",
            paramLabel = "NAME",
            description = "The environment variable that holds one.")
    private @Nullable String variable;

    boolean given() {
        return file != null || variable != null;
    }

    /** The connection string, which is read anew for every use. */
    Secret secret(Terminal terminal) throws Failure {
        if (file != null && variable != null) {
            throw new Failure(Exit.USAGE, "--connection-string-file and --connection-string-env exclude each other");
        }
        if (file != null) {
            return new InFile(file, terminal);
        }
        String value = variable == null ? null : terminal.environment().get(variable);
        if (variable == null || value == null) {
            throw new Failure(Exit.FAILED, "the environment variable " + variable + " is not set");
        }
        return new InVariable(variable, terminal);
    }

    private static <T> T used(char[] secret, Function<char[], T> use) {
        try {
            return use.apply(secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private record InFile(Path file, Terminal terminal) implements Secret {
        @Override
        public <T> T with(Function<char[], T> use) throws IOException {
            return used(KeyOptions.text(terminal, file), use);
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    private record InVariable(String variable, Terminal terminal) implements Secret {
        @Override
        public <T> T with(Function<char[], T> use) {
            return used(String.valueOf(terminal.environment().get(variable)).strip().toCharArray(), use);
        }

        @Override
        public String toString() {
            return variable;
        }
    }
}
