package io.relaygate.cli;

import io.relaygate.relay.SharedKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        char[] key = variable != null ? fromEnvironment(terminal, variable) : fromFile(terminal, file);
        if (key.length == 0) {
            throw new Failure(Exit.FAILED, "the shared access key is empty");
        }
        return key;
    }

    private static char[] fromEnvironment(Terminal terminal, String variable) throws Failure {
        String key = terminal.environment().get(variable);
        if (key == null) {
            throw new Failure(Exit.FAILED, "the environment variable " + variable + " is not set");
        }
        return key.strip().toCharArray();
    }

    private static char[] fromFile(Terminal terminal, @Nullable Path file) throws Failure, IOException {
        if (file == null) {
            throw new Failure(Exit.USAGE, "the shared access key is missing: give --key-file FILE or --key-env NAME");
        }
        return text(terminal, file);
    }

    /** The text of a small file, or of standard input for {@code -}, without the blanks around it; for the caller to wipe. */
    static char[] text(Terminal terminal, Path file) throws IOException {
        try (InputStream in = file.toString().equals("-") ? terminal.in() : Files.newInputStream(terminal.resolve(file))) {
            byte[] bytes = in.readNBytes(LARGEST);
            CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            char[] text = Arrays.copyOf(decoded.array(), decoded.limit());
            try {
                return SharedKey.stripped(text);
            } finally {
                Arrays.fill(bytes, (byte) 0);
                Arrays.fill(decoded.array(), '\0');
                Arrays.fill(text, '\0');
            }
        }
    }
}
