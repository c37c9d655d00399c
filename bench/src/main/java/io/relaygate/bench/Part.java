package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A part of the benchmark in a process of its own, so that it is in nobody's figures. It says its port, and ends with whoever
 * started it.
 *
 * @param child the process
 * @param port where it listens on loopback
 */
record Part(Child child, int port) {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * Starts one.
     *
     * @param options for the JVM
     * @param words for {@link Main}
     */
    static Part start(String name, Path folder, List<String> options, List<String> words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Programs.java().toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(words);
        Child child = Child.start(name, folder, command, Map.of());
        try {
            return new Part(child, child.await("a port", LIMIT, () -> {
                String line = child.output();
                return line.endsWith("\n") ? Integer.parseInt(line.strip()) : null;
            }));
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    /** In the part's process: says its port, and returns when standard input ends. */
    static void stay(int port, PrintStream out) throws IOException {
        out.println(port);
        out.flush();
        while (System.in.read() >= 0) {
            // Nothing is expected but the end.
        }
    }
}
