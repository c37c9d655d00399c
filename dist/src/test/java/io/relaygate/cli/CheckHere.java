package io.relaygate.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code relaygate check} with a distribution's plugins, but in the tests' own process: the documentation has scores of configurations, and
 * most of what a process costs is its start.
 */
public final class CheckHere {

    private CheckHere() {}

    /** What it says of a configuration that is not good; null if it is. */
    public static @Nullable String trouble(Path home, Path file) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code;
        try (PrintStream to = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            Path folder = file.toAbsolutePath().getParent();
            Terminal terminal = new Terminal(
                    System.in, to, to, Map.of(), folder == null ? file : folder, home, Signals.scripted(), false);
            code = Main.run(terminal, "check", "-c", file.toString());
        }
        return code == 0 ? null : "relaygate check ends with " + code + ":\n" + said.toString(StandardCharsets.UTF_8);
    }
}
