package io.relaygate.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of others that the tests talk through the gateway with. */
final class Interop {

    private static final Map<String, String> PACKAGES = Map.ofEntries(
            Map.entry("psql", "postgresql-client"),
            Map.entry("pgbench", "postgresql-contrib"),
            Map.entry("initdb", "postgresql"),
            Map.entry("postgres", "postgresql"),
            Map.entry("ssh", "openssh-client"),
            Map.entry("ssh-keygen", "openssh-client"),
            Map.entry("scp", "openssh-client"),
            Map.entry("sshd", "openssh-server"),
            Map.entry("h2load", "nghttp2-client"),
            Map.entry("nghttp", "nghttp2-client"),
            Map.entry("tsql", "freetds-bin"),
            Map.entry("plink", "putty-tools"),
            Map.entry("psftp", "putty-tools"),
            Map.entry("puttygen", "putty-tools"),
            Map.entry("node", "nodejs"),
            Map.entry("nc", "netcat-openbsd"),
            Map.entry("squid", "squid-openssl"),
            Map.entry("setpriv", "util-linux"),
            Map.entry("redis-server", "redis-server"),
            Map.entry("redis-cli", "redis-tools"),
            Map.entry("redis-benchmark", "redis-tools"));

    private Interop() {}

    /**
     * Says that a test needs these programs. Where one is missing the test is skipped on a user's machine, with a line
     * that says what to install; in CI ({@code CI=true}) it fails, so that nothing is skipped there unnoticed.
     */
    static void require(String... programs) {
        List<String> missing = Arrays.stream(programs)
                .filter(p -> find(p).isEmpty())
                .map(p -> p + " (package " + PACKAGES.getOrDefault(p, p) + ")")
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        missing("install " + String.join(", ", missing));
    }

    /** As if a program was missing. */
    static void missing(String todo) {
        String message = "to run this test, " + todo;
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(message);
        }
        Assumptions.abort(message);
    }

    /** Where a program is, looked for on the PATH and where Debian puts server programs. */
    static Optional<Path> find(String program) {
        return folders().stream().map(f -> f.resolve(program)).filter(Files::isExecutable).findFirst();
    }

    static Path path(String program) {
        return find(program).orElseThrow(() -> new AssertionError(program + " is missing; is it required() first?"));
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        Arrays.stream(path.split(":", -1)).filter(f -> !f.isEmpty()).map(Path::of).forEach(folders::add);
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/sbin"));
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(v -> v.resolve("bin")).sorted().forEach(folders::add);
        } catch (IOException e) {
            // No PostgreSQL of Debian's here.
        }
        return folders;
    }
}
