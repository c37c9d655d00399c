package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Redis server of the test's own, on a loopback port; it keeps nothing on disk. */
final class RedisServer implements AutoCloseable {

    private final int port;
    private final Child server;

    private RedisServer(int port, Child server) {
        this.port = port;
        this.server = server;
    }

    static void require() {
        Interop.require("redis-server", "redis-cli", "redis-benchmark");
    }

    /** Starts one that asks for a password; {@code name} names its folder. */
    static RedisServer start(String name, String password) {
        Path folder = Folders.fresh(name);
        int port = FreePort.find();
        List<String> command = List.of(
                Interop.path("redis-server").toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--requirepass", password);
        RedisServer redis = new RedisServer(port, Child.start("redis", folder, Map.of(), command));
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofSeconds(20))
                    .failFast("the server ended", () -> !redis.server.alive())
                    .until(() -> cli(port, "-a", password, "ping").out().equals("PONG\n"));
            return redis;
        } catch (RuntimeException e) {
            String told = redis.server.told();
            redis.close();
            throw new AssertionError(told, e);
        }
    }

    int port() {
        return port;
    }

    /** Runs {@code redis-cli} on a port of this machine. */
    static Programs.Ended cli(int port, String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "--no-auth-warning", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        command.addAll(List.of(arguments));
        return Programs.in(Folders.WORK).start(command);
    }

    @Override
    public void close() {
        server.stop("TERM");
        server.close();
    }
}
