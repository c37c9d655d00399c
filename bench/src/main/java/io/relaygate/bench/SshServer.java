package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * OpenSSH's server behind everything that {@link Ssh} measures, for the user that runs this.
 *
 * @param child its process
 * @param address where it listens
 * @param folder where files are copied to
 * @param hostKey what it is known by; gateways that end sessions show the same
 * @param userKey what clients and gateways log in with
 */
record SshServer(Child child, InetSocketAddress address, Path folder, Path hostKey, Path userKey) implements AutoCloseable {

    /** Whom everybody logs in as. */
    static final String USER = System.getProperty("user.name");

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Starts one at a free port. */
    static SshServer start(OpenSsh programs, Path folder) throws IOException, InterruptedException {
        Path host = programs.key(folder, "host");
        Path user = programs.key(folder, "user");
        int port = FreePorts.next();
        Child child = programs.startServer(folder, port, host, user);
        try {
            child.await("a port", LIMIT, () -> child.output().contains("Server listening") ? child : null);
            return new SshServer(child, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), folder, host, user);
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    /** The public half of a key, as a line. */
    String publicKey(Path key) throws IOException {
        return Files.readString(key.resolveSibling(key.getFileName() + ".pub"));
    }

    @Override
    public void close() {
        child.close();
    }
}
