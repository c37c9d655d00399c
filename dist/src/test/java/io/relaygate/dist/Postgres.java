package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A PostgreSQL server of the test's own, with user {@code test} and no password, on a loopback port. */
final class Postgres implements AutoCloseable {

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
        Path folder = Folders.enterable("postgres");
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Programs.run("chown", "postgres:", folder.toString()).orFail();
        }
        Path data = folder.resolve("data");
        Programs.in(folder)
                .start(as(root, folder, "initdb", "-D", data.toString(), "-U", "test", "--auth=trust", "--no-sync"))
                .orFail();
        int port = FreePort.find();
        String sockets = "unix_socket_directories=" + folder;
        Child server = Child.start("postgres", folder, Map.of(), as(root, folder, "postgres", "-D", data.toString(),
                "-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c", sockets, "-c", "fsync=off",
                "-c", "max_connections=200"));
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
        return Programs.in(Folders.WORK)
                .with("PGCONNECT_TIMEOUT", "10")
                .start("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
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
