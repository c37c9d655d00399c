package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One transaction of {@code psql} that lasts for the whole run, in a PostgreSQL cluster of its own. */
final class Database implements Witness {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ROWS = 100;

    private final Path folder;
    private final Tools tools;
    private final int port = Tools.freePort();
    private final int steps;
    private final boolean root = "root".equals(System.getProperty("user.name"));
    private @Nullable Child server;

    private Database(Path folder, Tools tools, int steps) {
        this.folder = folder;
        this.tools = tools;
        this.steps = steps;
    }

    /** Finds the programs, and refuses if one is missing. */
    static Database prepare(SurvivalOptions options) throws Refusal, IOException {
        Tools tools = Tools.require("psql", "postgresql, postgresql-client", "initdb", "postgres", "psql");
        Path folder = Files.createTempDirectory("relaygate-survive-sql-");
        // Each step takes a second, and longer whenever the relay is away.
        return new Database(folder, tools, (int) Math.max(1, options.time().toSeconds() * 7 / 10));
    }

    @Override
    public String service() {
        return "sql";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (root) {
            tools.run("chown", folder, List.of("/bin/chown", "postgres:", folder.toString()));
        }
        String data = folder.resolve("data").toString();
        tools.run("initdb", folder, as("initdb", "-D", data, "-U", "test", "--auth=trust", "--no-sync"));
        Child started = Child.start("postgres", folder, as("postgres", "-D", data, "-p", Integer.toString(port), "-c",
                "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + folder, "-c", "fsync=off"), Map.of());
        server = started;
        started.await("connections", LIMIT, () -> started.output().contains("ready to accept") ? started : null);
    }

    /** PostgreSQL refuses to run as root: there it runs as the user of its package. */
    private List<String> as(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "-i",
                    "PATH=" + System.getenv("PATH"), "HOME=" + folder, "LC_ALL=C.UTF-8"));
        }
        command.add(tools.path(program));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void run(int through) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("begin;\ncreate table notes (step int, text text);\n");
        for (int i = 1; i <= steps; i++) {
            script.append("insert into notes select %d, repeat('x', 500) from generate_series(1, %d);%n".formatted(i, ROWS));
            script.append("select count(*) from notes;\nselect pg_sleep(0.9);\n");
        }
        script.append("commit;\nselect 'rows ' || count(*) || ', steps ' || sum(step) from notes;\n");
        Path file = Files.writeString(folder.resolve("transaction.sql"), script);
        try (Child psql = Child.start("psql", folder, List.of(
                tools.path("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
                Integer.toString(through), "-U", "test", "-d", "postgres", "-f", file.toString()), Map.of("PGSSLMODE", "disable", "PGGSSENCMODE", "disable"))) {
            int code = psql.awaitEnd(Duration.ofSeconds(3L * steps).plus(LIMIT).plus(LIMIT));
            String wanted = "rows %d, steps %d".formatted((long) steps * ROWS, (long) ROWS * steps * (steps + 1) / 2);
            if (code != 0 || !psql.output().contains(wanted)) {
                throw new IOException("psql ended with %d and without '%s': %s".formatted(code, wanted, psql.outputTail()));
            }
        }
    }

    @Override
    public String deed() {
        return "one transaction of psql of %d statements, committed and counted".formatted(3 * steps + 2);
    }

    @Override
    public void close() {
        if (server != null) {
            try {
                server.signal("INT");
            } catch (IOException | InterruptedException e) {
                // It is ended by force below.
            }
            server.close();
        }
        Tools.delete(folder);
    }
}
