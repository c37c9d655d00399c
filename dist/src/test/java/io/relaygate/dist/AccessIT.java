package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is in front of a port, with curl, OpenSSL and HAProxy on the other side, and through reloads; each rule is in {@link AccessTableIT}. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class AccessIT {

    private static Path folder;
    private static TestServer echo;
    private static HttpFiles files;
    private static Child haproxy;
    private static int haproxyIn;
    private static int haproxyOut;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() {
        Interop.require("openssl", "curl", "haproxy");
        folder = Folders.fresh("access");
        echo = TestServer.echo();
        files = HttpFiles.start();
        certificates();
        Folders.write(folder.resolve("partners.txt"), "127.0.0.2 # oslo\n");
        haproxyIn = FreePort.find();
        haproxyOut = FreePort.find();
        gateway = RelayGateProcess.start(folder, "run", yaml()).ready();
        haproxy = Child.start("haproxy", folder, Map.of(), List.of(
                Interop.path("haproxy").toString(), "-db", "-f", Folders.write(folder.resolve("haproxy.cfg"), haproxyCfg()).toString()));
        Awaitility.await().ignoreExceptions().atMost(Duration.ofSeconds(30)).until(() -> {
            try (TestClient client = TestClient.connect(haproxyIn)) {
                client.send("word");
                return client.finish().endsWith("word");
            }
        });
    }

    @AfterAll
    static void stop() {
        Closing.all(haproxy, gateway, files, echo);
    }

    /** An authority, and two servers. */
    private static void certificates() {
        Programs.in(folder).bash("""
                new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "$2" "${@:3}"; }
                new ca /CN=Authority -x509 -days 30 -out ca.pem
                issue() {
                    new "$1" "$2" -out "$1.csr"
                    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem" \\
                        -extfile <(echo "$3")
                }
                issue web /CN=web subjectAltName=DNS:web.example
                issue sql /CN=sql subjectAltName=DNS:sql.example,DNS:*.db.example
                cp web.pem shown.pem; cp web.key shown.key
                """).orFail();
    }

    private static String yaml() {
        return """
                admin: { listen: "127.0.0.1:%1$d" }
                stateDir: relaygate-state
                entryPoints:
                  free: { listen: "127.0.0.1:0" }
                  inside: { listen: "127.0.0.1:0" }
                  reviewed: { listen: "127.0.0.1:0" }
                  denying: { listen: "127.0.0.1:0", sources: { deny: [127.0.0.1] } }
                  allowing: { listen: "127.0.0.1:0", sources: { allowFile: partners.txt } }
                  balanced: { listen: "127.0.0.1:0", proxyProtocol: { from: [127.0.0.1] } }
                  balanced-denying: { listen: "127.0.0.1:0", proxyProtocol: { from: [127.0.0.1] }, sources: { deny: [203.0.113.0/24] } }
                  unlisted: { listen: "127.0.0.1:0", proxyProtocol: { from: [192.0.2.1] } }
                  tls: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: shown.pem, key: shown.key }, { certificate: sql.pem, key: sql.key } ] } }
                  spoken: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: web.pem, key: web.key } ] } }
                routes:
                  - { name: h2, from: spoken, when: { alpn: [h2] }, to: nowhere, open: true }
                  - { name: http11, from: spoken, when: { alpn: [http/1.1] }, to: web, open: true }
                  - { name: echo, from: [free, denying, allowing, balanced, balanced-denying, unlisted], to: announced, open: true }
                  - { name: reviewed, from: reviewed, to: announced, open: true }
                  - { name: inside, from: inside, to: admin, open: true }
                  - { name: sql, from: tls, when: { sni: sql.example }, to: nowhere, open: true }
                  - { name: web, from: tls, to: web, open: true }
                destinations:
                  announced: { addresses: ["%2$s"], proxyProtocol: v1 }
                  nowhere: { addresses: ["%3$s"] }
                  web: { addresses: ["%4$s"] }
                  admin: { addresses: ["localhost:%1$d", "127.0.0.2:%1$d", "0.0.0.0:%1$d"] }
                """.formatted(FreePort.find(), echo.address(), TestServer.refusing(), files.address());
    }

    /** In front of the gateway, and behind it. */
    private static String haproxyCfg() {
        return """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1m
                    timeout server 1m
                listen in
                    bind 127.0.0.1:%d
                    server gateway 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c
                listen out
                    bind 127.0.0.1:%d accept-proxy
                    server echo %s send-proxy
                """.formatted(haproxyIn, gateway.port("balanced"), haproxyOut, echo.address());
    }

    private static Socket connect(String entryPoint, String from) throws IOException {
        return TestClient.from(from, gateway.port(entryPoint));
    }

    /** What the destination is told first, and then a word that comes back; an error if the session is refused. */
    private static String told(Socket socket, String before) throws IOException {
        socket.getOutputStream().write((before + "word").getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (!all.endsWith("word")) {
            throw new IOException("the word did not come back, but '" + all + "'");
        }
        return all;
    }

    private static void passes(String entryPoint, String from) throws IOException {
        try (Socket socket = connect(entryPoint, from)) {
            assertThat(told(socket, "")).startsWith("PROXY TCP4 " + from + " ").endsWith("\r\nword");
        }
    }

    private static void refused(String entryPoint, String from, String before, String reason, String detail) {
        assertThatThrownBy(() -> {
            try (Socket socket = connect(entryPoint, from)) {
                told(socket, before);
            }
        }).isInstanceOf(IOException.class);
        audited(entryPoint, "\"ending\":\"REFUSED\"", "\"reason\":\"" + reason + "\"", detail);
    }

    private static void audited(String entryPoint, String... words) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.child().told().lines()
                        .filter(line -> line.contains("relaygate.audit") && line.contains("\"entryPoint\":\"" + entryPoint + "\"")))
                .anySatisfy(line -> assertThat(line).contains(words)));
    }

    @Test
    void theAdminPortIsNoDestination() {
        refused("inside", "127.0.0.1", "GET /healthz HTTP/1.0\r\n\r\n", "UNREACHABLE", "no session may reach");
    }

    @Test
    void onlySourcesOfTheFileMayConnectAndAChangeOfTheFileIsSeen() throws IOException {
        passes("allowing", "127.0.0.2");
        refused("allowing", "127.0.0.3", "", "NOT_ALLOWED", "the source is in no network that the entry point allows");
        Folders.write(folder.resolve("partners.txt"), "127.0.0.2\n127.0.0.3\n");
        Awaitility.await().ignoreExceptions().untilAsserted(() -> passes("allowing", "127.0.0.3"));
    }

    @Test
    void whatABalancerSaysIsBelievedIfItIsListed() throws IOException {
        try (Socket socket = connect("balanced", "127.0.0.1")) {
            assertThat(told(socket, "PROXY TCP4 203.0.113.9 192.0.2.1 51312 443\r\n"))
                    .startsWith("PROXY TCP4 203.0.113.9 127.0.0.1 51312 ");
        }
        try (Socket socket = connect("balanced", "127.0.0.1")) {
            assertThat(told(socket, "PROXY UNKNOWN\r\n")).startsWith("PROXY TCP4 127.0.0.1 ").endsWith("\r\nword");
        }
        audited("balanced", "\"source\":\"203.0.113.9:51312\"");
        refused("balanced-denying", "127.0.0.1", "PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n", "NOT_ALLOWED", "denies");
        refused("balanced", "127.0.0.1", "", "MALFORMED", "missing or wrong: no PROXY header");
    }

    @Test
    void aHeaderOfAPeerThatIsNotListedIsDataLikeAnyOther() throws IOException {
        String header = "PROXY TCP4 203.0.113.9 192.0.2.1 51312 443\r\n";
        try (Socket socket = connect("unlisted", "127.0.0.1")) {
            assertThat(told(socket, header)).startsWith("PROXY TCP4 127.0.0.1 ").endsWith(header + "word");
        }
        try (Socket socket = connect("balanced", "127.0.0.2")) {
            assertThat(told(socket, header)).startsWith("PROXY TCP4 127.0.0.2 ").endsWith(header + "word");
        }
    }

    @Test
    void haproxySaysForWhomItConnectsAndIsTold() throws IOException {
        try (TestClient client = TestClient.connect(haproxyIn)) {
            int port = client.socket().getLocalPort();
            client.send("word");
            assertThat(client.finish()).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 " + port + " ").endsWith("\r\nword");
        }
        String before = Folders.text(gateway.configuration());
        for (String version : List.of("v1", "v2")) {
            gateway.reload(before
                    .replace(echo.address() + "\"], proxyProtocol: v1", "127.0.0.1:" + haproxyOut + "\"], proxyProtocol: " + version));
            try (TestClient client = TestClient.connect(gateway.port("free"))) {
                int port = client.socket().getLocalPort();
                client.send("word");
                assertThat(client.finish()).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 " + port + " ").endsWith("\r\nword");
            }
        }
        gateway.reload(before);
    }

    private static Programs.Ended curl(String entryPoint, String name, String... more) {
        int port = gateway.port(entryPoint);
        String[] arguments = new String[more.length + 2];
        arguments[0] = name + ":" + port + ":127.0.0.1";
        arguments[1] = "https://" + name + ":" + port + "/20";
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Programs.in(folder).bash(
                "curl -sS --cacert ca.pem --resolve \"$1\" \"${@:3}\" -o /dev/null -w '%{size_download}' \"$2\"", arguments);
    }

    @Test
    void tlsEndsAtThePortWithTheCertificateForTheNameAndOneThatHasChangedIsShown() throws IOException {
        assertThat(curl("tls", "web.example").orFail().out()).isEqualTo("20");
        assertThat(curl("tls", "web.example", "--tls-max", "1.2").orFail().out()).isEqualTo("20");
        assertThat(curl("tls", "a.db.example").orFail().out()).isEqualTo("20");
        assertThat(curl("tls", "web.example", "--tls-max", "1.1").code()).isNotZero();
        assertThat(curl("tls", "other.example").err()).contains("other.example");
        assertThat(curl("tls", "sql.example").code()).as("routed by its server name to where nobody is").isNotZero();
        audited("tls", "\"route\":\"sql\"", "\"reason\":\"UNREACHABLE\"");
        Programs.in(folder).bash("""
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout shown.key -subj /CN=new -out new.csr
                openssl x509 -req -in new.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out shown.pem \\
                    -extfile <(echo subjectAltName=DNS:new.example)
                """).orFail();
        Awaitility.await().untilAsserted(() -> assertThat(curl("tls", "new.example").out()).isEqualTo("20"));
    }

    @Test
    void aClientThatDoesNotSpeakTlsIsTurnedAway() {
        refused("tls", "127.0.0.1", "GET / HTTP/1.1\r\n\r\n", "MALFORMED", "TLS: ");
    }

    @Test
    void theProtocolInsideTlsIsAgreedOnAndTakesItsRoute() {
        assertThat(curl("spoken", "web.example", "--http1.1").orFail().out()).isEqualTo("20");
        assertThat(curl("spoken", "web.example", "--http2").code()).isNotZero();
        audited("spoken", "\"route\":\"h2\"", "\"reason\":\"UNREACHABLE\"");
        assertThat(curl("spoken", "web.example", "--no-alpn").code()).isNotZero();
        audited("spoken", "\"reason\":\"NOT_FOUND\"");
        Programs.Ended ended = Programs.in(folder).bash(
                "openssl s_client -connect 127.0.0.1:$1 -alpn ftp </dev/null", String.valueOf(gateway.port("spoken")));
        assertThat(ended.out() + ended.err()).contains("no application protocol");
        audited("spoken", "\"reason\":\"MALFORMED\"", "no_application_protocol");
    }

    @Test
    void aReloadEndsTheSessionsThatMayNotGoOn() throws IOException {
        String before = Folders.text(gateway.configuration());
        try (Socket one = connect("reviewed", "127.0.0.1");
                Socket two = connect("reviewed", "127.0.0.2")) {
            for (Socket each : List.of(one, two)) {
                each.getOutputStream().write('x');
                assertThat(each.getInputStream().read()).isEqualTo('P');
            }
            gateway.reload(before.replace("to: announced, open: true }\n  - { name: inside", "to: announced, allow: { networks: [127.0.0.2] } }\n  - { name: inside"));
            one.setSoTimeout(10_000);
            assertThatThrownBy(() -> one.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
            audited("reviewed", "\"ending\":\"REFUSED\"", "\"reason\":\"NOT_ALLOWED\"", "the source is in no network that the route allows");
            assertThat(told(two, "")).endsWith("word");
        } finally {
            gateway.reload(before);
        }
    }

    @Test
    void aReloadWithAFileThatIsWrongChangesNothing() throws IOException {
        String before = Folders.text(gateway.configuration());
        gateway.configure(before.replace("deny: [127.0.0.1]", "denyFile: none.txt"));
        Programs.Ended ended = Product.run(folder, "reload", "-c", gateway.configuration().toString());
        gateway.configure(before);
        assertThat(ended.code()).isNotZero();
        assertThat(ended.out() + ended.err()).contains("entryPoints.denying.sources").contains("none.txt: no such file");
        refused("denying", "127.0.0.1", "", "NOT_ALLOWED", "denies");
    }
}
