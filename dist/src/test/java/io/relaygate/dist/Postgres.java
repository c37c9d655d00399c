package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server of the test's own, with user {@code test} and no password, on a loopback port. */
final class Postgres implements AutoCloseable {

    static final String PASSWORD = "test-password";

    private final Path folder;
    private final int port;
    private final Child server;

    private Postgres(Path folder, int port, Child server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    static void require() {
        Interop.require("initdb", "postgres", "psql", "pgbench");
    }

    static Postgres start() {
        return start(List.of("--auth=trust"), null);
    }

    /** One with TLS, that asks for the password, by SCRAM; the file holds its certificate and key. */
    static Postgres secured(Path certificate) {
        return start(List.of("--auth=scram-sha-256", "--pwfile=password"), certificate);
    }

    private static Postgres start(List<String> options, @Nullable Path certificate) {
        Path folder = Folders.enterable("postgres");
        boolean root = "root".equals(System.getProperty("user.name"));
        Folders.write(folder.resolve("password"), PASSWORD);
        if (certificate != null) {
            Folders.write(folder.resolve("server.pem"), Folders.text(certificate));
            Programs.in(folder).bash("chmod 600 server.pem").orFail();
        }
        if (root) {
            Programs.run("chown", "-R", "postgres:", folder.toString()).orFail();
        }
        Path data = folder.resolve("data");
        List<String> initdb = new ArrayList<>(List.of("-D", data.toString(), "-U", "test", "--no-sync"));
        initdb.addAll(options);
        Programs.in(folder).start(as(root, folder, "initdb", initdb.toArray(String[]::new))).orFail();
        int port = FreePort.find();
        List<String> settings = new ArrayList<>(List.of(
                "-D", data.toString(), "-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c",
                "unix_socket_directories=" + folder, "-c", "fsync=off", "-c", "max_connections=200"));
        if (certificate != null) {
            settings.addAll(List.of("-c", "ssl=on", "-c", "ssl_cert_file=" + folder.resolve("server.pem"), "-c",
                    "ssl_key_file=" + folder.resolve("server.pem")));
        }
        Child server = Child.start("postgres", folder, Map.of(), as(root, folder, "postgres", settings.toArray(String[]::new)));
        Postgres postgres = new Postgres(folder, port, server);
        postgres.awaitReady();
        return postgres;
    }

    /** PostgreSQL refuses to run as root: there it runs as the user of its package. */
    private static List<String> as(boolean root, Path home, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of(
                    Interop.path("setpriv").toString(), "--reuid=postgres", "--regid=postgres", "--clear-groups", "env",
                    "-i", "PATH=" + System.getenv("PATH"), "HOME=" + home, "LC_ALL=C.UTF-8"));
        }
        command.add(Interop.path(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void awaitReady() {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(20))
                    .failFast("the server ended", () -> !server.alive())
                    .until(() -> psql(port, "select 1").code() == 0);
        } catch (RuntimeException e) {
            String told = server.told();
            close();
            throw new AssertionError(told, e);
        }
    }

    int port() {
        return port;
    }

    /** Runs one statement through a port of this machine, and prints its result plainly. */
    static Programs.Ended psql(int port, String sql) {
        return psql("127.0.0.1", port, sql);
    }

    /** The same at a host, or in a folder where a Unix socket is called {@code .s.PGSQL.PORT}. */
    static Programs.Ended psql(String host, int port, String sql) {
        return Programs.in(Folders.WORK)
                .with("PGCONNECT_TIMEOUT", "10")
                .with("PGPASSWORD", PASSWORD)
                .start("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-p",
                        Integer.toString(port), "-U", "test", "-d", "postgres", "-c", sql);
    }

    static Programs.Ended pgbench(int port, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "pgbench", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "test"));
        command.addAll(List.of(arguments));
        command.add("postgres");
        return Programs.in(Folders.WORK).start(command);
    }

    @Override
    public void close() {
        server.stop("INT");
        server.close();
        Folders.delete(folder);
    }
}
