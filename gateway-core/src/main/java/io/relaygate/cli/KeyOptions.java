package io.relaygate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a shared access key is. Never the key itself: every user of the machine can read a command line. */
final class KeyOptions {

    private static final int LARGEST = 64 * 1024;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "The file that holds the shared access key; - reads standard input.")
    private @Nullable Path file;

    @Option(
            names = "--key-env",
            paramLabel = "NAME",
            description = "The environment variable that holds the shared access key.")
    private @Nullable String variable;

    boolean given() {
        return file != null || variable != null;
    }

    /** Reads the key; a line break at its end is not part of it. */
    char[] read(Terminal terminal) throws Failure, IOException {
        if (file != null && variable != null) {
            throw new Failure(Exit.USAGE, "--key-file and --key-env exclude each other");
        }
        String key = variable != null ? fromEnvironment(terminal, variable) : fromFile(terminal, file);
        if (key.isEmpty()) {
            throw new Failure(Exit.FAILED, "the shared access key is empty");
        }
        return key.toCharArray();
    }

    private static String fromEnvironment(Terminal terminal, String variable) throws Failure {
        String key = terminal.environment().get(variable);
        if (key == null) {
            throw new Failure(Exit.FAILED, "the environment variable " + variable + " is not set");
        }
        return key.strip();
    }

    private static String fromFile(Terminal terminal, @Nullable Path file) throws Failure, IOException {
        if (file == null) {
            throw new Failure(Exit.USAGE, "the shared access key is missing: give --key-file FILE or --key-env NAME");
        }
        return text(terminal, file);
    }

    /** The text of a small file, or of standard input for {@code -}. */
    static String text(Terminal terminal, Path file) throws IOException {
        try (InputStream in = file.toString().equals("-") ? terminal.in() : Files.newInputStream(terminal.resolve(file))) {
            return new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).strip();
        }
    }
}
