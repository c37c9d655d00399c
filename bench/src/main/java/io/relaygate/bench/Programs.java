package io.relaygate.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs of this machine that the benchmark needs. */
final class Programs {

    private static final Path JDKS = Path.of("/usr/lib/jvm");

    private Programs() {}

    /** HAProxy. */
    static Path haproxy() throws Refusal {
        return find("haproxy", folders(),
                "the benchmark compares with HAProxy: install it (Debian, Ubuntu: apt-get install haproxy), "
                        + "or leave it out with --setups tunnel2,plain2,direct");
    }

    /** OpenSSH's programs. */
    static OpenSsh openSsh() throws Refusal {
        String otherwise = "the benchmark compares with OpenSSH: install it (Debian, Ubuntu: apt-get install openssh-client "
                + "openssh-server), or leave it out with --setups tunnel2,plain2,haproxy";
        return new OpenSsh(
                find("sshd", folders(), otherwise), find("ssh", folders(), otherwise), find("ssh-keygen", folders(), otherwise));
    }

    /** A JDK's jcmd, which asks a Java process for a garbage collection before its memory is read. */
    static Path jcmd() throws Refusal {
        List<Path> folders = folders();
        if (Files.isDirectory(JDKS)) {
            try (DirectoryStream<Path> jdks = Files.newDirectoryStream(JDKS)) {
                jdks.forEach(jdk -> folders.add(jdk.resolve("bin")));
            } catch (IOException e) {
                throw new Refusal(JDKS + " cannot be read: " + e.getMessage());
            }
        }
        return find("jcmd", folders,
                "the workload memory needs it: install a JDK, or let JAVA_HOME name one, or leave the workload out "
                        + "with --only bulk,ping,connections");
    }

    /** The Java that runs this. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The command that makes a key and a self-signed certificate for localhost in {@code store}. */
    static List<String> keytool(Path store, String password) {
        return List.of(
                java().resolveSibling("keytool").toString(), "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname",
                "secp256r1", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "30",
                "-storetype", "PKCS12", "-storepass", password, "-keystore", store.toString());
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String javaHome = System.getenv("JAVA_HOME");
        if (javaHome != null) {
            folders.add(Path.of(javaHome, "bin"));
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            folders.add(Path.of(folder));
        }
        // Where Debian keeps servers; not on everybody's PATH.
        folders.add(Path.of("/usr/sbin"));
        return folders;
    }

    static Path find(String program, List<Path> folders, String otherwise) throws Refusal {
        for (Path folder : folders) {
            Path file = folder.resolve(program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new Refusal("%s was not found; %s".formatted(program, otherwise));
    }
}
