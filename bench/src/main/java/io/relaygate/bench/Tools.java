package io.relaygate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs of others, found on the PATH and where Debian puts server programs. */
final class Tools {

    private final Map<String, String> paths;

    private Tools(Map<String, String> paths) {
        this.paths = paths;
    }

    /**
     * Finds programs.
     *
     * @param option the word for {@code --without} that does without them
     * @param packages what to install where one is missing
     */
    static Tools require(String option, String packages, String... programs) throws Refusal {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String program : programs) {
            paths.put(program, Programs.find(program, folders(),
                            "install it (Debian, Ubuntu: apt-get install %s), or use --without %s".formatted(packages, option))
                    .toString());
        }
        return new Tools(paths);
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            folders.add(Path.of(folder));
        }
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/sbin"));
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(version -> version.resolve("bin")).sorted().forEach(folders::add);
        } catch (IOException e) {
            // No PostgreSQL of Debian's here.
        }
        return folders;
    }

    String path(String program) {
        return String.valueOf(paths.get(program));
    }

    /** Runs a command that is over in a moment. */
    void run(String name, Path folder, List<String> command) throws IOException, InterruptedException {
        Path logs = Files.createTempDirectory("relaygate-survive-log-");
        try (Child child = Child.start(name, logs, command, Map.of("PWD", folder.toString()))) {
            child.awaitSuccess();
        } finally {
            delete(logs);
        }
    }

    /** A port that nobody listened on a moment ago, for programs that cannot choose one and say which. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) {
        try {
            Main.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
