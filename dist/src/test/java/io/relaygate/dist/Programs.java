package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Programs that do something and end. */
final class Programs {

    /** How a program ended and what it said. */
    record Ended(String command, int code, String out, String err) {

        /** This, if it ended with 0; otherwise the test fails and says what the program said. */
        Ended orFail() {
            if (code != 0) {
                throw new AssertionError(toString());
            }
            return this;
        }

        @Override
        public String toString() {
            return "'" + command + "' ended with " + code + "\n--- its output\n" + out + "\n--- its errors\n" + err;
        }
    }

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private Duration limit = Duration.ofSeconds(60);

    private Programs(Path folder) {
        this.folder = folder;
    }

    static Programs in(Path folder) {
        return new Programs(folder);
    }

    Programs with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Programs within(Duration time) {
        limit = time;
        return this;
    }

    /** Runs a program to its end; it is killed and the test fails if that takes too long. */
    Ended start(List<String> command) {
        Path outputs = newFolder();
        try (Child child = Child.start("program", folder, outputs, environment, absolute(command))) {
            int code = child.exitCode(limit);
            return new Ended(String.join(" ", command), code, child.out(), child.err());
        } finally {
            Folders.delete(outputs);
        }
    }

    Ended start(String... command) {
        return start(List.of(command));
    }

    /** Runs a program of the system. */
    static Ended run(String... command) {
        return in(Folders.create(Folders.WORK)).start(command);
    }

    /** Runs a shell script with bash; the arguments are {@code $1} and so on. */
    Ended bash(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", script, "script"));
        command.addAll(List.of(arguments));
        return start(command);
    }

    private static List<String> absolute(List<String> command) {
        List<String> found = new ArrayList<>(command);
        found.set(0, Interop.find(command.getFirst()).map(Path::toString).orElse(command.getFirst()));
        return found;
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(Folders.create(Folders.WORK), "run-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
