package io.relaygate.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One {@code scp} of a large file to an OpenSSH server of its own, as fast as it takes four fifths of the run. */
final class FileCopy implements Witness {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int CHUNK = 1 << 20;

    private final Path folder;
    private final Tools tools;
    private final int port = Tools.freePort();
    private final long size;
    private final long kilobits;
    private final Duration patience;
    private String digest = "";
    private @Nullable Child server;

    private FileCopy(Path folder, Tools tools, SurvivalOptions options) {
        this.folder = folder;
        this.tools = tools;
        this.size = options.file();
        double seconds = Math.max(1, options.time().toMillis() / 1000.0 * 0.8);
        this.kilobits = Math.max(1, Math.round(size * 8 / 1024.0 / seconds));
        this.patience = options.time().multipliedBy(3).plus(LIMIT);
    }

    /** Finds the programs, and refuses if one is missing. */
    static FileCopy prepare(SurvivalOptions options) throws Refusal, IOException {
        Tools tools = Tools.require("scp", "openssh-client, openssh-server", "sshd", "ssh", "scp", "ssh-keygen");
        return new FileCopy(Files.createTempDirectory("relaygate-survive-ssh-"), tools, options);
    }

    @Override
    public String service() {
        return "ssh";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        if ("root".equals(System.getProperty("user.name"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        for (String key : List.of("host", "user")) {
            tools.run("ssh-keygen", folder,
                    List.of(tools.path("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key).toString()));
        }
        Path configuration = Files.writeString(folder.resolve("config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s
                PidFile none
                AuthorizedKeysFile %s
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                Subsystem sftp internal-sftp
                """.formatted(port, folder.resolve("host"), folder.resolve("user.pub")));
        Child started = Child.start("sshd", folder,
                List.of(tools.path("sshd"), "-D", "-e", "-f", configuration.toString()), Map.of());
        server = started;
        started.await("connections", LIMIT, () -> started.output().contains("listening") ? started : null);
        write();
    }

    private void write() throws IOException {
        SeededBytes bytes = new SeededBytes(size);
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(folder.resolve("from"))) {
            for (long done = 0; done < size; done += CHUNK) {
                bytes.fill(chunk, CHUNK, done);
                out.write(chunk);
            }
        }
        digest = digest(folder.resolve("from"));
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha.update(chunk, 0, n);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void run(int through) throws IOException, InterruptedException {
        Path to = folder.resolve("to");
        try (Child scp = Child.start("scp", folder, List.of(
                tools.path("scp"), "-q", "-l", Long.toString(kilobits), "-P", Integer.toString(through), "-F", "none", "-i",
                folder.resolve("user").toString(), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o",
                "UserKnownHostsFile=" + folder.resolve("known"), "-o", "BatchMode=yes", folder.resolve("from").toString(),
                System.getProperty("user.name") + "@127.0.0.1:" + to), Map.of())) {
            int code = scp.awaitEnd(patience);
            if (code != 0) {
                throw new IOException("scp ended with %d: %s".formatted(code, scp.outputTail()));
            }
        }
        if (!digest(to).equals(digest)) {
            throw new IOException("the copy is not what was copied");
        }
    }

    @Override
    public String deed() {
        return "one scp of %d MiB, SHA-256 equal".formatted(size >> 20);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        Tools.delete(folder);
    }
}
