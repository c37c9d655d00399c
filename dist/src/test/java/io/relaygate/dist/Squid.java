package io.relaygate.dist;

import io.relaygate.kdc.Kdc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Debian's squid with two ports, both of which want the login {@code gateway}, or a Kerberos ticket: one passes CONNECT on as it is, and
 * one reads the TLS inside, with certificates of an authority of its own. It alone knows the name {@code relay.corp.test}, which is this machine.
 */
final class Squid implements AutoCloseable {

    static final String HOST = "relay.corp.test";
    static final String PASSWORD = "s3cret-0f-squid";

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Path TOOLS = Path.of("/usr/lib/squid");

    private final Path folder;
    private final String service;
    private final int plain;
    private final int inspecting;
    private final Child child;

    private Squid(Path folder, String service, int plain, int inspecting, Child child) {
        this.folder = folder;
        this.service = service;
        this.plain = plain;
        this.inspecting = inspecting;
        this.child = child;
    }

    static void require() {
        Interop.require("squid", "openssl", "setpriv");
        if (!TOOLS.resolve("security_file_certgen").toFile().canExecute()) {
            Interop.missing("install squid-openssl in place of squid");
        }
        if (!Kdc.missing().isEmpty()) {
            Interop.missing("install " + Kdc.missing());
        }
    }

    /**
     * Starts one.
     *
     * @param trusted the authority of the relay that it connects to, PEM
     * @param kdc a new one, which is told of its service
     */
    static Squid start(Path trusted, Kdc kdc) {
        Path folder = Folders.enterable("squid");
        int plain = FreePort.find();
        int inspecting = FreePort.find();
        String service = "rg" + plain;
        Programs.in(folder).bash("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout corp.key -out corp.pem -days 30 -subj '/CN=Corp inspection' \\
                    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign
                cat corp.pem corp.key > both.pem
                cp "$1" trusted.pem
                echo "gateway:$(openssl passwd -apr1 "$2")" > passwd
                echo "127.0.0.1 $3" > hosts
                cp "$4" krb5.conf
                """, trusted.toString(), PASSWORD, HOST, kdc.krb5Conf().toString()).orFail();
        kdc.add("HTTP/localhost");
        kdc.keytab("HTTP/localhost", folder.resolve("http.keytab"));
        Folders.write(folder.resolve("squid.conf"), """
                http_port 127.0.0.1:%d
                http_port 127.0.0.1:%d ssl-bump tls-cert=%3$s/both.pem generate-host-certificates=on dynamic_cert_mem_cache_size=1MB
                sslcrtd_program %4$s/security_file_certgen -s %3$s/ssl_db -M 4MB
                sslcrtd_children 1 startup=1
                ssl_bump bump all
                tls_outgoing_options cafile=%3$s/trusted.pem
                auth_param negotiate program %4$s/negotiate_kerberos_auth -k %3$s/http.keytab -s HTTP/localhost@CORP.TEST
                auth_param negotiate children 1 startup=1
                auth_param basic program %4$s/basic_ncsa_auth %3$s/passwd
                auth_param basic children 1 startup=1
                acl known proxy_auth REQUIRED
                http_access allow known
                http_access deny all
                http_upgrade_request_protocols websocket allow all
                hosts_file %3$s/hosts
                cache deny all
                memory_cache_shared off
                collapsed_forwarding off
                sslproxy_session_cache_size 0
                pinger_enable off
                pid_filename none
                cache_log %3$s/cache.log
                access_log stdio:%3$s/access.log
                shutdown_lifetime 0 seconds
                max_filedescriptors 1024
                """.formatted(plain, inspecting, folder, TOOLS));
        if (ROOT) {
            Programs.run("chown", "-R", "proxy:", folder.toString()).orFail();
        }
        Programs.in(folder).start(asItself(TOOLS.resolve("security_file_certgen"), "-c", "-s", folder.resolve("ssl_db").toString(), "-M", "4MB")).orFail();
        // Tokens that were shown are remembered in a file that would be left otherwise.
        Map<String, String> kerberos = Map.of("KRB5_CONFIG", folder.resolve("krb5.conf").toString(), "KRB5RCACHENAME", "file2:" + folder.resolve("shown"));
        Child child = Child.start("squid", folder, kerberos, asItself(Interop.path("squid"), "-N", "-n", service, "-f", folder.resolve("squid.conf").toString()));
        Squid squid = new Squid(folder, service, plain, inspecting, child);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).failFast("squid ended", () -> !child.alive()).until(squid::listens);
            return squid;
        } catch (RuntimeException e) {
            squid.close();
            throw new AssertionError(child.told(), e);
        }
    }

    /** Squid refuses to run as root: there it runs as the user of its package. */
    private static List<String> asItself(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of(Interop.path("setpriv").toString(), "--reuid=proxy", "--regid=proxy", "--clear-groups"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private boolean listens() {
        try (Socket first = new Socket(InetAddress.getLoopbackAddress(), plain); Socket second = new Socket(InetAddress.getLoopbackAddress(), inspecting)) {
            return first.isConnected() && second.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String plain() {
        return "http://127.0.0.1:" + plain;
    }

    /** The port of {@link #plain}, by the name that its service has. */
    String named() {
        return "http://localhost:" + plain;
    }

    String inspecting() {
        return "http://127.0.0.1:" + inspecting;
    }

    /** The authority by which it reads TLS. */
    Path authority() {
        return folder.resolve("corp.pem");
    }

    /** What it was asked, a line each. */
    String log() {
        return Folders.text(folder.resolve("access.log"));
    }

    @Override
    public void close() {
        // It leaves its shared memory, however it ends.
        child.stop("TERM");
        try (Stream<Path> shared = Files.list(Path.of("/dev/shm"))) {
            shared.filter(each -> each.getFileName().toString().startsWith(service + "-")).forEach(Folders::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Folders.delete(folder);
    }
}
