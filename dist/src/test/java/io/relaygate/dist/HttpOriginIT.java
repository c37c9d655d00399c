package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the http plugin knows of a client whose TLS ends at the entry point or at the route, and what it tells the destination and the log. */
@ExtendWith(NothingLeftBehind.class)
class HttpOriginIT {

    private static Path folder;
    private static HttpServer server;
    private static Child guarded;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("curl", "openssl");
        folder = Folders.fresh("http-origin");
        Programs.in(folder).bash("""
                new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" "${@:2}"; }
                new localhost -x509 -out localhost.pem -addext subjectAltName=DNS:localhost
                new ca -x509 -out ca.pem
                for who in carol dave; do
                  new $who -out $who.csr
                  openssl x509 -req -in $who.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $who.pem
                done
                openssl req -x509 -key carol.key -subj /CN=carol -out forged.pem""").orFail();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", HttpOriginIT::answer);
        server.start();
        guarded = Child.start("guarded", folder, Map.of(), List.of("openssl", "s_server", "-www", "-accept", "127.0.0.1:0",
                "-cert", "localhost.pem", "-key", "localhost.key", "-CAfile", "ca.pem", "-Verify", "1", "-verify_return_error"));
        gateway = RelayGateProcess.start(folder, "run", """
                audit: { file: audit.jsonl }
                identityProviders: { cards: { clientCertificates: { caFile: ca.pem } } }
                entryPoints:
                  ended: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: localhost.pem, key: localhost.key } ], clients: { caFile: ca.pem, names: ["*"] } } }
                  open: { listen: "127.0.0.1:0" }
                  clear: { listen: "127.0.0.1:0" }
                destinations:
                  far: { addresses: ["localhost:%1$d"] }
                  shown: { addresses: ["localhost:%2$s"], tls: { caFile: localhost.pem, clientCertificate: { certificate: dave.pem, key: dave.key } } }
                  hidden: { addresses: ["localhost:%2$s"], tls: { caFile: localhost.pem } }
                routes:
                  - name: ended
                    from: ended
                    protocol: http
                    open: true
                    with:
                      log: combined
                      hosts:
                        localhost:
                          to: far
                          host: destination
                          response: [ { set: X-Scheme, value: "${scheme}" } ]
                          cases: [ { when: { sni: localhost, certificate: "CN=carol", scheme: https }, answer: { status: 200, body: "hello carol" } } ]
                  - name: open
                    from: open
                    protocol: http
                    identityProviders: [cards]
                    allow: { callers: [carol, dave] }
                    with:
                      certificates: [ { certificate: localhost.pem, key: localhost.key } ]
                      hosts:
                        localhost:
                          to: far
                          cases: [ { when: { sni: localhost, certificate: "CN=carol", scheme: https }, answer: { status: 200, body: "hello carol" } } ]
                  - { name: clear, from: clear, protocol: http, to: far, open: true, with: { trustedProxies: [127.0.0.0/8], log: combined, hosts: { shown: { to: shown }, hidden: { to: hidden } } } }
                """.formatted(server.getAddress().getPort(), guardedPort())).ready();
    }

    private static String guardedPort() {
        Pattern said = Pattern.compile("ACCEPT 127\\.0\\.0\\.1:(\\d+)");
        return Awaitility.await().until(() -> said.matcher(guarded.out()), Matcher::find).group(1);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] seen = (exchange.getRequestHeaders().getFirst("Host") + " " + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto") + " "
                + exchange.getRequestHeaders().getFirst("X-Forwarded-For")).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, seen.length);
        exchange.getResponseBody().write(seen);
        exchange.close();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, guarded, server == null ? null : () -> server.stop(0));
    }

    private static String curl(String entryPoint, String arguments) {
        return Programs.in(folder)
                .bash("curl -sS --cacert localhost.pem " + arguments.replace("$1", Integer.toString(gateway.port(entryPoint))))
                .orFail().out();
    }

    @Test
    void tlsThatEndedAtTheEntryPointIsKnownAlsoWithoutAlpn() {
        String own = "localhost:" + server.getAddress().getPort();
        assertThat(curl("ended", "-i --no-alpn --cert dave.pem --key dave.key https://localhost:$1/"))
                .contains("X-Scheme: https\r\n").endsWith(own + " https 127.0.0.1");
        assertThat(curl("ended", "--cert carol.pem --key carol.key https://localhost:$1/")).isEqualTo("hello carol");
        assertThat(curl("ended", "--cert carol.pem --key carol.key -k -H 'Host: localhost' https://127.0.0.1:$1/")).as("no server name").isEqualTo(own + " https 127.0.0.1");
    }

    @Test
    void certificateCountsAtTheRouteOnceAnIdentityProviderVouchesForIt() {
        assertThat(curl("open", "--cert carol.pem --key carol.key https://localhost:$1/")).isEqualTo("hello carol");
        assertThat(curl("open", "--cert dave.pem --key dave.key https://localhost:$1/")).endsWith(" https 127.0.0.1");
        assertThat(curl("open", "-w '%{http_code}' --cert forged.pem --key carol.key https://localhost:$1/")).endsWith("403").doesNotContain("hello");
    }

    @Test
    void destinationThatAsksForACertificateSeesTheOneThatItsSettingsName() {
        assertThat(curl("clear", "-H 'Host: shown' http://localhost:$1/")).containsPattern("Subject: CN ?= ?dave\\b");
        assertThat(curl("clear", "-H 'Host: hidden' -w '%{http_code}' http://localhost:$1/")).isEqualTo("TLS with the destination failed\n502");
        Awaitility.await().untilAsserted(() -> assertThat(Files.readString(folder.resolve("audit.jsonl")))
                .contains("\"detail\":\"TLS with the destination failed: (certificate_required) Received fatal alert: certificate_required\""));
    }

    @Test
    void requestsAreLinesOfTheCombinedFormInTheAudit() {
        assertThat(curl("clear", "-A 'a \"b\"' -e 'http://r/?code=7' -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Forwarded-Proto: https' 'http://localhost:$1/x?sig=1'"))
                .endsWith(" https 203.0.113.9, 127.0.0.1");
        Awaitility.await().untilAsserted(() -> {
            List<String> lines = Files.readAllLines(folder.resolve("audit.jsonl"));
            assertThat(lines).anySatisfy(line -> assertThat(line).contains("\"event\":\"http.request\"", "\"line\":\"203.0.113.9 - - [",
                    "\\\"GET /x?sig=*** HTTP/1.1\\\" 200 ", "\\\"http://r/?code=***\\\" \\\"a \\\\\\\"b\\\\\\\"\\\"\""));
        });
    }
}
