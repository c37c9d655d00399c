package io.relaygate.dist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.awaitility.Awaitility;

/**
 * An OpenSSH server of the test's own on a loopback port, into which one user may log in with a key: the test's, or where that is root a
 * plain one.
 */
final class Sshd implements AutoCloseable {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    /** Made by {@code .ci/run}. */
    private static final String LOGIN = "relaygate-login";

    private final Path folder;
    private final int port;
    private Child server;

    private Sshd(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        this.server = serve(folder);
    }

    private static Child serve(Path folder) {
        return Child.start("sshd", folder, Map.of(),
                List.of(Interop.path("sshd").toString(), "-D", "-e", "-f", folder.resolve("config").toString()));
    }

    static void require() {
        Interop.require("sshd", "ssh", "scp", "ssh-keygen");
        if (ROOT && Programs.run("id", LOGIN).code() != 0) {
            Interop.missing("make a user whom OpenSSH lets in: useradd --create-home --shell /bin/bash --password '*' " + LOGIN);
        }
    }

    static Sshd start() {
        return start(folder -> configuration(folder) + "AuthorizedKeysFile " + folder.resolve("user.pub") + "\n");
    }

    /**
     * One that shows a certificate of an authority, and takes users with a certificate of the same one alone. It agrees on new keys
     * every half a megabyte.
     */
    static Sshd certified() {
        return start(folder -> {
            Programs.in(folder).start("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "authority").orFail();
            Programs.in(folder).start("ssh-keygen", "-q", "-s", "authority", "-I", "host", "-h", "-n", "127.0.0.1", "host.pub").orFail();
            Programs.in(folder).start("ssh-keygen", "-q", "-s", "authority", "-I", "user", "-n", user(), "user.pub").orFail();
            return configuration(folder) + """
                    AuthorizedKeysFile none
                    RekeyLimit 512K
                    HostCertificate %s
                    TrustedUserCAKeys %s
                    """.formatted(folder.resolve("host-cert.pub"), folder.resolve("authority.pub"));
        });
    }

    private static Sshd start(Function<Path, String> configuration) {
        Path folder = Folders.enterable("sshd");
        Folders.openToAll(Folders.create(folder.resolve("there")));
        if (ROOT) {
            Folders.create(Path.of("/run/sshd"));
        }
        for (String key : List.of("host", "user")) {
            Programs.in(folder)
                    .start("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key).toString())
                    .orFail();
        }
        int port = FreePort.find();
        Folders.write(folder.resolve("config"), "Port " + port + "\n" + configuration.apply(folder));
        Sshd sshd = new Sshd(folder, port);
        sshd.awaitReady();
        return sshd;
    }

    /** Ends it and all its sessions at once. */
    void kill() {
        ProcessHandle.of(server.pid()).ifPresent(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        server.close();
    }

    /** Starts it again, at the same port and with the same key, after it was killed. */
    void restart() {
        server = serve(folder);
        awaitReady();
    }

    /** Who may log in. */
    static String user() {
        return ROOT ? LOGIN : System.getProperty("user.name");
    }

    /** A file of the user's who has logged in. */
    Path there(String name) {
        return folder.resolve("there").resolve(name);
    }

    /** A file of it: keys are {@code user} and {@code host}, with {@code .pub} those that are no secret. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** A file by which clients know it. */
    Path known() {
        return Folders.write(folder.resolve("known-by-name"), "* " + Folders.text(folder.resolve("host.pub")));
    }

    private static String configuration(Path folder) {
        return """
                ListenAddress 127.0.0.1
                HostKey %s
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                AcceptEnv LC_*
                MaxStartups 1000
                MaxSessions 1000
                Subsystem sftp internal-sftp
                """
                .formatted(folder.resolve("host"));
    }

    private void awaitReady() {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(10))
                    .failFast("the server ended", () -> !server.alive())
                    .until(this::answers);
        } catch (RuntimeException e) {
            String told = server.told();
            close();
            throw new AssertionError(told, e);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Runs a command through a port of this machine. */
    Programs.Ended ssh(int through, String command) {
        List<String> words = new ArrayList<>(List.of("ssh", "-p", Integer.toString(through)));
        words.addAll(options());
        words.add(user() + "@127.0.0.1");
        words.add(command);
        return Programs.in(folder).start(words);
    }

    /** The words of a client that is connected by a command; what it shall run is to follow. */
    List<String> by(String proxyCommand) {
        List<String> words = new ArrayList<>(List.of(Interop.path("ssh").toString(), "-o", "ProxyCommand=" + proxyCommand));
        words.addAll(options());
        words.add(user() + "@oslo");
        return words;
    }

    /** A client of it that is a SOCKS proxy at a port of this machine. */
    Child socks(int at) {
        List<String> words = new ArrayList<>(List.of(
                Interop.path("ssh").toString(), "-N", "-D", "127.0.0.1:" + at, "-o", "ExitOnForwardFailure=yes", "-p", Integer.toString(port)));
        words.addAll(options());
        words.add(user() + "@127.0.0.1");
        return Child.start("socks", folder, Map.of(), words);
    }

    /** Copies a file of this machine through a port of this machine to another place here. */
    Programs.Ended copyTo(int through, Path from, Path to) {
        return scp(through, from.toString(), remote(to));
    }

    /** Copies a file from the server's side. */
    Programs.Ended copyFrom(int through, Path from, Path to) {
        return scp(through, remote(from), to.toString());
    }

    private Programs.Ended scp(int through, String from, String to) {
        List<String> words = new ArrayList<>(List.of("scp", "-q", "-P", Integer.toString(through)));
        words.addAll(options());
        words.addAll(List.of(from, to));
        return Programs.in(folder).start(words);
    }

    private static String remote(Path file) {
        return user() + "@127.0.0.1:" + file;
    }

    private List<String> options() {
        return List.of("-F", "none", "-i", folder.resolve("user").toString(), "-o", "IdentitiesOnly=yes", "-o",
                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + folder.resolve("known"), "-o",
                "BatchMode=yes");
    }

    @Override
    public void close() {
        server.close();
        Folders.delete(folder);
    }
}
