package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reverse forwarding, as people reach a closed site without a gateway: {@code ssh -R} at the site, a server of one's own at
 * the edge, all sessions on one connection. With fresh keys, as the user that runs this; everything else is OpenSSH's default.
 *
 * @param sshd the server
 * @param ssh the client
 * @param keygen makes keys
 */
record OpenSsh(Path sshd, Path ssh, Path keygen) implements Setup {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Pattern ALLOCATED = Pattern.compile("Allocated port ([0-9]+) for remote forward");

    @Override
    public String name() {
        return "openssh";
    }

    @Override
    public String title() {
        return "OpenSSH -R";
    }

    @Override
    public int descriptorsPerSession() {
        return 1;
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        return FreePorts.start(() -> startOnce(surroundings));
    }

    private ProcessSet startOnce(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        List<Child> owned = new ArrayList<>();
        try {
            Path hostKey = key(folder, "host");
            Path userKey = key(folder, "user");
            int port = FreePorts.next();
            Child server = startServer(folder, port, hostKey, userKey);
            owned.add(server);
            server.await("a port", LIMIT, () -> server.output().contains("Server listening") ? server : null);
            int through = surroundings.link().to(port, folder, owned);
            Child client = startClient(folder, through, userKey, surroundings.sink());
            owned.add(client);
            int entry = client.await("a forwarded port", LIMIT, () -> {
                Matcher allocated = ALLOCATED.matcher(client.output());
                return allocated.find() ? Integer.parseInt(allocated.group(1)) : null;
            });
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), entry);
            client.await("a path to the sink", LIMIT, () -> FirstEcho.through(address));
            return new ProcessSet(address, List.copyOf(owned), List.of(server, client));
        } catch (IOException | InterruptedException e) {
            owned.reversed().forEach(Child::close);
            throw e;
        }
    }

    /** A new key pair: its private half. */
    Path key(Path folder, String name) throws IOException, InterruptedException {
        Path key = folder.resolve(name);
        try (Child run = Child.start("ssh-keygen-" + name, folder,
                List.of(keygen.toString(), "-q", "-t", "ed25519", "-N", "", "-f", key.toString()), Map.of())) {
            run.awaitSuccess();
        }
        return key;
    }

    /** A server that lets in the user who runs this, with that key. */
    Child startServer(Path folder, int port, Path hostKey, Path userKey) throws IOException {
        if ("root".equals(System.getProperty("user.name"))) {
            // Where Debian's package has the server shut itself in when root runs it; gone after a restart of the machine.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        Path configuration = Files.writeString(folder.resolve("sshd.cfg"), """
                Port %d
                ListenAddress %s
                HostKey %s
                PidFile none
                AuthorizedKeysFile %s.pub
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                Subsystem sftp internal-sftp
                """.formatted(port, LOOPBACK, hostKey, userKey));
        return Child.start("sshd", folder, List.of(sshd.toString(), "-D", "-e", "-f", configuration.toString()), Map.of());
    }

    private Child startClient(Path folder, int port, Path userKey, InetSocketAddress sink) throws IOException {
        return Child.start("ssh", folder, List.of(
                ssh.toString(), "-N", "-F", "none", "-p", Integer.toString(port), "-i", userKey.toString(),
                "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes",
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + folder.resolve("known"),
                "-R", "%s:0:%s:%d".formatted(LOOPBACK, LOOPBACK, sink.getPort()),
                System.getProperty("user.name") + "@" + LOOPBACK), Map.of());
    }
}
