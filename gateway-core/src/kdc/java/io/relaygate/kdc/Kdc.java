package io.relaygate.kdc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * MIT's Kerberos KDC on loopback, as a process and with files of its own: the realm {@code CORP.TEST}, with a user {@code ada}, whom
 * tickets of an hour are given, and with whatever services are added. Nothing of the system's Kerberos is used or changed.
 */
public final class Kdc implements AutoCloseable {

    private static final String PASSWORD = "s3cret-0f-ada";
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/usr/local/sbin"), Path.of("/usr/local/bin"));

    private final Path folder;
    private final int port;
    private final Process process;

    private Kdc(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** What to install before there can be one; empty for nothing. */
    public static String missing() {
        List<String> programs = List.of("krb5kdc", "kdb5_util", "kadmin.local", "kinit");
        return programs.stream().allMatch(each -> Files.isExecutable(program(each))) ? "" : "krb5-kdc, krb5-admin-server, krb5-user";
    }

    private static Path program(String name) {
        return PLACES.stream().map(place -> place.resolve(name)).filter(Files::isExecutable).findFirst().orElse(Path.of(name));
    }

    /**
     * Starts one.
     *
     * @param folder an empty one, for its files
     */
    public static Kdc start(Path folder) throws IOException {
        int port = freePort();
        Files.writeString(folder.resolve("krb5.conf"), krb5Conf("127.0.0.1:" + port));
        Files.writeString(folder.resolve("kdc.conf"), """
                [kdcdefaults]
                    kdc_listen = 127.0.0.1:%1$d
                    kdc_tcp_listen = 127.0.0.1:%1$d
                [realms]
                    CORP.TEST = {
                        database_name = %2$s/db
                        key_stash_file = %2$s/stash
                        acl_file = %2$s/acl
                        max_life = 1h
                    }
                [logging]
                    kdc = FILE:%2$s/kdc.log
                    admin_server = FILE:%2$s/kadmin.log
                """.formatted(port, folder));
        run(folder, "", "kdb5_util", "create", "-s", "-P", "master", "-r", "CORP.TEST");
        ProcessBuilder builder = builder(folder, "krb5kdc", "-n", "-r", "CORP.TEST").redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        Kdc kdc = new Kdc(folder, port, builder.start());
        try {
            kdc.awaitStart();
            kdc.admin("addprinc -pw " + PASSWORD + " ada");
            return kdc;
        } catch (IOException | IllegalStateException e) {
            kdc.close();
            throw e;
        }
    }

    private void awaitStart() throws IOException {
        Path log = folder.resolve("kdc.log");
        while (!Files.exists(log) || !Files.readString(log).contains("commencing operation")) {
            try {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("krb5kdc has ended: " + Files.readString(folder.resolve("out")));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A krb5.conf for the realm with another KDC. */
    public static String krb5Conf(String kdc) {
        return """
                [libdefaults]
                    default_realm = CORP.TEST
                    dns_lookup_kdc = false
                    dns_lookup_realm = false
                    rdns = false
                [realms]
                    CORP.TEST = {
                        kdc = %s
                    }
                """.formatted(kdc);
    }

    private static int freePort() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int i = 0; i < 100; i++) {
            try (ServerSocket tcp = new ServerSocket(0, 1, here); DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), here)) {
                return udp.getLocalPort();
            } catch (IOException e) {
                // That port is somebody's by UDP.
            }
        }
        throw new IOException("no port is free");
    }

    /** What programs have in their environment to ask it. */
    public Map<String, String> environment() {
        return Map.of("KRB5_CONFIG", krb5Conf().toString());
    }

    /** The krb5.conf of the realm. */
    public Path krb5Conf() {
        return folder.resolve("krb5.conf");
    }

    /** {@code HOST:PORT}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Adds a principal whose key nobody knows. */
    public void add(String principal, String... options) {
        admin("addprinc " + String.join(" ", options) + " -randkey " + principal);
    }

    /** Gives a principal a new key, and writes a keytab with that alone. */
    public Path keytab(String principal, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        admin("ktadd -k " + file + " " + principal);
        return file;
    }

    private void admin(String request) {
        String said = run(folder, "", "kadmin.local", "-r", "CORP.TEST", "-q", request);
        if (said.contains("kadmin.local: ") || said.contains("rror")) {
            throw new IllegalStateException(request + ": " + said);
        }
    }

    /** Has {@code kinit} leave a ticket of ada's in a file, as for example with {@code -l 1s}. */
    public void kinit(Path cache, String... options) {
        List<String> command = new ArrayList<>(List.of("kinit", "-c", "FILE:" + cache));
        command.addAll(Arrays.asList(options));
        command.add("ada");
        run(folder, PASSWORD + "\n", command.toArray(String[]::new));
    }

    /** How often it was asked for something: {@code AS_REQ}, a login, or {@code TGS_REQ}, a ticket for a service. */
    public long asked(String request) throws IOException {
        return Files.readAllLines(folder.resolve("kdc.log")).stream().filter(line -> line.contains(request) && line.contains("ISSUE")).count();
    }

    private static String run(Path folder, String input, String... command) {
        try {
            Process process = builder(folder, command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProcessBuilder builder(Path folder, String... command) {
        List<String> whole = new ArrayList<>(List.of(program(command[0]).toString()));
        whole.addAll(Arrays.asList(command).subList(1, command.length));
        ProcessBuilder builder = new ProcessBuilder(whole);
        builder.environment().keySet().removeIf(each -> each.startsWith("KRB5"));
        builder.environment().put("KRB5_CONFIG", Objects.toString(folder.resolve("krb5.conf")));
        builder.environment().put("KRB5_KDC_PROFILE", Objects.toString(folder.resolve("kdc.conf")));
        return builder;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
