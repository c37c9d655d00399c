package io.relaygate.cli;

import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a command has from its surroundings; a test gives it buffers.
 *
 * @param in standard input
 * @param out standard output: what was asked for
 * @param err standard error: what went wrong, and the log
 * @param environment the environment's variables
 * @param folder the working folder, which relative files are relative to
 * @param home the installation's folder, which holds {@code plugins/}; null outside a distribution
 * @param signals what the operating system, or a test, sends
 * @param attended whether a person reads standard error
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path folder,
        @Nullable Path home,
        Signals signals,
        boolean attended) {

    private static final String HOME = "relaygate.home";

    /** The process' own. */
    static Terminal ofProcess() {
        String home = System.getProperty(HOME);
        return new Terminal(
                System.in,
                System.out,
                System.err,
                System.getenv(),
                Path.of(""),
                home == null ? null : Path.of(home),
                Signals.ofProcess(),
                watched());
    }

    private static boolean watched() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        }
    }

    /** The folder of plugin jars that a configuration names, or else the distribution's. */
    Path plugins(Path file, Preview preview) throws ConfigException {
        Path plugins = preview.plugins().orElseGet(this::plugins);
        preview.guard(file, plugins);
        return plugins;
    }

    /** The distribution's folder of plugin jars. */
    Path plugins() {
        return (home == null ? folder : home).resolve("plugins");
    }

    /** A file named on the command line. */
    Path resolve(Path file) {
        return folder.resolve(file);
    }
}
