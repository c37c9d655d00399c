package io.relaygate.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this process, with what they print caught. */
final class Cli {

    final Signals signals = Signals.scripted();
    final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path folder;
    private String input = "";

    /** In a working folder, which is the installation too. */
    Cli(Path folder) {
        this.folder = folder;
    }

    Cli input(String text) {
        input = text;
        return this;
    }

    /** Runs a command to its end and gives its exit code. */
    int run(String... arguments) {
        return Main.run(terminal(), arguments);
    }

    Terminal terminal() {
        return new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                folder,
                folder,
                signals,
                false);
    }

    /** What was printed on standard output. */
    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What was printed on standard error. */
    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
