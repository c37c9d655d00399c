package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenSSH through edge, relay and site, each of which looks at how the sessions begin. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class SshIT {

    private static Path folder;
    private static Sshd sshd;
    private static HttpFiles files;
    private static EdgeAndSite gateways;

    @BeforeAll
    static void start() {
        Sshd.require();
        Interop.require("curl", "openssl");
        folder = Folders.fresh("ssh");
        Programs.in(folder).bash("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout web.key -out web.pem"
                + " -subj /CN=localhost -addext subjectAltName=DNS:localhost").orFail();
        sshd = Sshd.start();
        files = HttpFiles.start();
        gateways = EdgeAndSite.start(folder, "ssh, denied, web", """
                entryPoints: { any: { listen: "127.0.0.1:0", silence: 1s }, denied: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: ssh, from: any, protocol: ssh, to: oslo/ssh, with: { mode: passthrough }, open: true }
                  - name: tls
                    from: any
                    when: { sni: localhost }
                    protocol: http
                    open: true
                    with: { certificates: [ { certificate: ../web.pem, key: ../web.key } ], hosts: { localhost: { to: oslo/web } } }
                  - { name: web, from: any, to: oslo/web, open: true }
                  - { name: denied, from: denied, to: oslo/denied, open: true }
                """, """
                audit: { file: audit.jsonl }
                routes:
                  - { name: ssh, from: hub, service: ssh, protocol: ssh, to: host, with: { mode: passthrough, requireStrictKex: true }, open: true }
                  - { name: denied, from: hub, service: denied, protocol: ssh, to: host, with: { mode: passthrough, denyClients: ["SSH-2.0-OpenSSH*"] }, open: true }
                  - { name: web, from: hub, service: web, to: web, open: true }
                destinations:
                  host: { addresses: ["127.0.0.1:%d"] }
                  web: { addresses: ["%s"] }
                """.formatted(sshd.port(), files.address()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, files, sshd);
    }

    private static int port() {
        return gateways.edge().port("any");
    }

    @Test
    void commandsRunAndFilesAreCopied() throws IOException {
        Programs.Ended ended = sshd.ssh(port(), "echo out; echo err >&2; exit 5");
        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.err()).contains("err\n");
        assertThat(ended.code()).isEqualTo(5);
        byte[] bytes = new byte[4 << 20];
        new Random(3).nextBytes(bytes);
        Path from = Files.write(folder.resolve("from"), bytes);
        sshd.copyTo(port(), from, sshd.there("copy")).orFail();
        assertThat(sshd.there("copy")).hasSameBinaryContentAs(from);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")))
                .contains("\"ssh.client\":\"SSH-2.0-OpenSSH_").contains("\"ssh.server\":\"SSH-2.0-OpenSSH_").contains("\"ssh.strictKex\":\"both\""));
    }

    @Test
    void aPortIsSharedWithHttpAndTlsAndWithClientsThatWaitForTheServer() throws IOException {
        assertThat(sshd.ssh(port(), "echo ssh").orFail().out()).isEqualTo("ssh\n");
        String url = "http://127.0.0.1:" + port() + "/1000";
        assertThat(Programs.in(folder).start("curl", "-fsS", "-o", "/dev/null", "-w", "%{size_download}", url).orFail().out()).isEqualTo("1000");
        String secured = "https://localhost:" + port() + "/1000";
        assertThat(Programs.in(folder).start("curl", "-fsS", "--cacert", "web.pem", "-o", "/dev/null", "-w", "%{size_download}", secured).orFail().out())
                .isEqualTo("1000");
        try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), port())) {
            waiting.setSoTimeout(30_000);
            BufferedReader lines = new BufferedReader(new InputStreamReader(waiting.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(lines.readLine()).startsWith("SSH-2.0-OpenSSH_");
        }
    }

    @Test
    void aClientThatIsDeniedIsToldWhy() {
        Programs.Ended ended = sshd.ssh(gateways.edge().port("denied"), "true");
        assertThat(ended.code()).isEqualTo(255);
        assertThat(ended.err()).contains("clients that begin with SSH-2.0-OpenSSH_").contains("are not let through");
    }
}
