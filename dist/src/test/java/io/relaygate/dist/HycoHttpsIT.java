package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.relaygate.dist.HycoHttps.Call;
import io.relaygate.dist.HycoWs.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Microsoft's own client for HTTP through the embedded relay, with itself, with curl, and with our site at the other end; through a
 * relay that behaves badly, too.
 */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"azure", "pessimistic"})
@ExtendWith(NothingLeftBehind.class)
class HycoHttpsIT {

    private static final String RELAY = """
            relay:
              profile: PROFILE
              listen: "127.0.0.1:0"
              keys: { root: { rights: [manage], primary: "${file:root.key}" } }
              hybridConnections:
                web: {}
                lonely: {}
                leaving: {}
                ours: {}
                tunnelled: {}
                bytes: {}
                narrow: { keys: { listen: { rights: [listen], primary: "${file:listen.key}" } } }
            """;

    private static final String VIA = "1.1 localhost";

    private static HycoHttps client;
    private static RelayGateProcess relay;
    private static Child listener;
    private static Path folder;

    private final String profile;

    HycoHttpsIT(String profile) {
        this.profile = profile;
    }

    @BeforeParameterizedClassInvocation
    static void start(String profile) {
        Interop.require("node", "npm", "curl", "openssl");
        client = HycoHttps.install();
        folder = Folders.fresh("hyco-https-" + profile);
        Folders.write(folder.resolve("root.key"), "root-key-0123456789");
        Folders.write(folder.resolve("listen.key"), "listen-key-0123456789");
        relay = RelayGateProcess.start(folder, "relay", RELAY.replace("PROFILE", profile)).ready();
        listener = client.listener("listener-web", target("web"));
        assertThat(listener.alive()).as(listener.told()).isTrue();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Closing.all(listener, relay);
    }

    private static Target target(String hybridConnection) {
        return new Target("localhost:" + relay.port("relay"), relay.state().resolve("relay-ca.pem"), hybridConnection,
                "root", "root-key-0123456789", 600);
    }

    private static String send(Call call) {
        return client.send(target("web"), call);
    }

    private static String same(int size) {
        return "200 | OK | " + VIA + " | POST | " + size + " | same\n";
    }

    @Test
    void smallRequestsAndAnswersPassBothWays() {
        assertThat(send(Call.get("/echo"))).isEqualTo("200 | OK | " + VIA + " | GET | 0 | \n1 answers\n");
        assertThat(send(Call.post("/echo", 1))).startsWith(same(1));
        assertThat(send(Call.post("/echo", 60_000))).startsWith(same(60_000));
    }

    @Test
    void largeRequestsAndAnswersPassBothWays() {
        assertThat(send(Call.post("/echo", 65_537))).startsWith(same(65_537));
        assertThat(send(Call.post("/echo", 3_000_000))).startsWith(same(3_000_000));
        assertThat(send(Call.get("/big/1000000"))).startsWith("200 | OK | " + VIA + " | GET | 1000000 | xxx");
    }

    @Test
    void chunkedRequestsAndAnswersThatComeSlowlyPass() {
        assertThat(send(Call.post("/echo", 200_000).inChunks())).startsWith(same(200_000));
        assertThat(send(Call.post("/slow", 10).inChunks())).contains("| piece 3 piece 2 piece 1 end\n");
    }

    /** After a second the relay waits no longer for the whole of a small body. */
    @Test
    void requestsThatComeSlowlyPass() {
        assertThat(send(Call.post("/echo", 30).slowly(500))).startsWith(same(30));
        assertThat(send(Call.post("/echo", 90_000).inChunks().slowly(500))).startsWith(same(90_000));
    }

    @Test
    void manyAtOnceGetTheirOwnAnswers() {
        assertThat(send(Call.post("/echo", 500).times(40))).isEqualTo(same(500) + "40 answers\n");
        assertThat(send(Call.post("/echo", 100_000).times(10))).isEqualTo(same(100_000) + "10 answers\n");
    }

    @Test
    void methodsAndStatusesPass() {
        assertThat(send(Call.of("HEAD", "/big/10"))).startsWith("200 | OK | " + VIA + " | HEAD | 0 | \n");
        assertThat(send(Call.of("DELETE", "/status/204"))).startsWith("204 | As you like | " + VIA + " | DELETE | 0 |");
        assertThat(send(Call.get("/status/418"))).startsWith("418 | As you like | " + VIA + " | GET | 0 |");
        assertThat(send(Call.get("/status/304"))).startsWith("304 | As you like | " + VIA + " | GET | 0 |");
    }

    /** A body that nobody expects would be taken for the next answer. */
    @Test
    void answersWithoutABodyLeaveTheConnectionInOrder() {
        List<String> words = new ArrayList<>();
        for (String call : new String[] {"GET /status/204", "GET /status/304", "HEAD /big/10", "GET /echo", "GET /big/10"}) {
            words.addAll(List.of(words.isEmpty() ? "curl" : "--next", "-sS", "--http1.1", "--cacert", target("web").caFile().toString(),
                    "-H", "ServiceBusAuthorization: " + token("web"), "-w", "%{http_code} %{size_download} %{num_connects}\n", "-o", "/dev/null",
                    "https://localhost:" + relay.port("relay") + "/web" + call.substring(call.indexOf('/'))));
            if (call.startsWith("HEAD")) {
                words.add("-I");
            }
        }
        assertThat(Programs.in(folder).start(words).orFail().out()).isEqualTo("204 0 1\n304 0 0\n200 0 0\n200 0 0\n200 10 0\n");
    }

    @Test
    void fieldsOfOneNameBecomeOne() {
        assertThat(curl("web", "/echo", "-H", "X-Two: 1", "-H", "x-two: 2").orFail().out()).contains("\"x-two\":\"1, 2\"");
    }

    @Test
    void relaysOwnAnswersSayWhatIsWrong() {
        assertThat(client.send(target("lonely"), Call.get("/")))
                .startsWith("502 | There are no listeners connected for the endpoint. | no via | no method |")
                .contains("{\"error\":{\"code\":\"BadGateway\"");
        assertThat(client.send(target("nowhere"), Call.get("/"))).startsWith("404 | Endpoint does not exist. | no via");
        assertThat(client.send(target("web").withKey("", ""), Call.get("/echo")))
                .startsWith("401 | MissingToken: Relay security token is required. | no via")
                .contains("{\"error\":{\"code\":\"TokenMissingOrInvalid\"");
        assertThat(client.send(target("web").withKey("root", "wrong"), Call.get("/echo")))
                .startsWith("401 | InvalidSignature: The token has an invalid signature. | no via");
        assertThat(client.send(target("web").withTokenFor(-60), Call.get("/echo"))).startsWith("401 | ExpiredToken: The token is expired. | no via");
        assertThat(client.send(target("narrow").withKey("listen", "listen-key-0123456789"), Call.get("/")))
                .startsWith("403 | Unauthorized access. 'Send' claim(s) are required to perform this operation. | no via")
                .contains("{\"error\":{\"code\":\"Forbidden\"");
        assertThat(send(Call.get("/status/600"))).startsWith("502 | The listener's response is malformed. | no via");
        refusesCurl("401 InvalidAudience: The authorization header contains a token with a wrong audience.", token("lonely"));
        refusesCurl("401 MalformedToken: The token is malformed.", "SharedAccessSignature sr=web");
        refusesCurl("404 None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria.", token("web"),
                "-H", "Microsoft-Relay-AllowedListeners: " + UUID.randomUUID());
    }

    private static void refusesCurl(String how, String token, String... more) {
        assertThat(curlWith(token, "web", "/echo", more).orFail().out()).startsWith("HTTP/1.1 " + how + " TrackingId:").doesNotContainIgnoringCase("\nvia:");
    }

    @Test
    void listenerThatLeavesLeavesNobodyWaiting() {
        try (Child leaving = client.listener("listener-leaving", target("leaving"))) {
            assertThat(client.send(target("leaving"), Call.get("/vanish")))
                    .startsWith("502 | The listener closed the connection. | no via");
            assertThat(leaving.exitCode(Duration.ofSeconds(10))).isZero();
        }
        if (profile.equals("azure")) {
            // The other relay goes on picking it, and waits for a minute each time.
            assertThat(client.send(target("leaving"), Call.get("/"))).startsWith("502 | There are no listeners connected for the endpoint. | no via");
        }
    }

    private static String token(String hybridConnection) {
        return SasTokens.sign(hybridConnection, "root", "root-key-0123456789", Instant.now().plusSeconds(600));
    }

    private static Programs.Ended curl(String hybridConnection, String path, String... more) {
        return curlWith(token(hybridConnection), hybridConnection, path, more);
    }

    private static Programs.Ended curlWith(String token, String hybridConnection, String path, String... more) {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "-i", "--http1.1", "--cacert",
                target(hybridConnection).caFile().toString(), "-H", "ServiceBusAuthorization: " + token,
                "https://localhost:" + relay.port("relay") + "/" + hybridConnection + path));
        words.addAll(List.of(more));
        return Programs.in(folder).start(words);
    }

    @Test
    void curlNeedsNothingButAToken() {
        assertThat(curl("web", "/echo?a=b", "-d", "hello").orFail().out()).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("via: 1.1 localhost")
                .doesNotContain("SharedAccess").endsWith("hello");
    }

    /** A web server behind our site, which says what it has got. */
    private static HttpServer shop() throws IOException {
        HttpServer shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("X-Seen", exchange.getRequestURI() + " from " + exchange.getRequestHeaders().getFirst("X-Forwarded-For")
                    + " by " + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto") + " as " + exchange.getRequestHeaders().getFirst("X-Tenant"));
            exchange.getResponseHeaders().add("X-Two", "1");
            exchange.getResponseHeaders().add("X-Two", "2");
            exchange.getResponseHeaders().add("X-Inside", "secret");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        shop.createContext("/broken", exchange -> {
            // More than is held anywhere before the sender has the beginning.
            exchange.sendResponseHeaders(200, 2_000_000);
            exchange.getResponseBody().write(new byte[1_000_000]);
            exchange.close();
        });
        shop.start();
        return shop;
    }

    private static String throughTheSite(int size) {
        return same(size).replace(VIA, "1.1 site, " + VIA);
    }

    @Test
    void ourSiteAnswersThroughTheHttpPlugin() throws IOException {
        Path own = folder.resolve("site");
        Folders.write(own.resolve("root.key"), "root-key-0123456789");
        // For whoever comes in a tunnel: requests have no TLS any more that could end here.
        Programs.in(own).bash("umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=web -keyout web.key -out web.pem").orFail();
        HttpServer shop = shop();
        try (RelayGateProcess site = RelayGateProcess.start(own, "run", """
                namespaces:
                  own:
                    endpoint: "sb://localhost:%d/"
                    caFile: "%s"
                    credential: { sasKeyName: root, sasKey: "${file:root.key}" }
                entryPoints:
                  plain: { namespaces: [own], hybridConnection: ours, mode: plain }
                  hub: { namespaces: [own], hybridConnection: tunnelled, service: web }
                  bytes: { namespaces: [own], hybridConnection: bytes, mode: plain }
                routes:
                  - name: web
                    from: [plain, hub]
                    protocol: http
                    allow: { networks: [127.0.0.0/8] }
                    with:
                      name: site
                      certificates: [ { certificate: web.pem, key: web.key } ]
                      request: [ { set: X-Tenant, value: "${path}" } ]
                      response: [ { set: X-Method, value: "${method}" }, { remove: X-Inside } ]
                      hosts:
                        "*":
                          paths:
                            /ours: { to: shop, path: { strip: /ours } }
                            /ours/gone: { to: gone }
                            /tunnelled: { to: shop, path: { strip: /tunnelled } }
                  - { name: bytes, from: bytes, to: shop, open: true }
                destinations:
                  shop: { addresses: ["127.0.0.1:%d"] }
                  gone: { addresses: ["127.0.0.1:1"] }
                """.formatted(relay.port("relay"), target("ours").caFile(), shop.getAddress().getPort()))) {
            site.ready();
            for (String hybridConnection : new String[] {"ours", "tunnelled"}) {
                Awaitility.await().until(() -> !client.send(target(hybridConnection), Call.get("/")).startsWith("502"));
                assertThat(client.send(target(hybridConnection), Call.post("/a", 500).times(20))).isEqualTo(throughTheSite(500) + "20 answers\n");
                assertThat(client.send(target(hybridConnection), Call.post("/a", 300_000).inChunks())).isEqualTo(throughTheSite(300_000) + "1 answers\n");
                assertThat(curl(hybridConnection, "/cart?a=b", "-d", "hello").orFail().out())
                        .startsWith("HTTP/1.1 200 OK")
                        .containsIgnoringCase("via: 1.1 site, 1.1 localhost")
                        .containsIgnoringCase("x-seen: /cart?a=b from 127.0.0.1 by https as /" + hybridConnection + "/cart")
                        .containsIgnoringCase("x-two: 1, 2\r\n")
                        .doesNotContainIgnoringCase("x-inside")
                        .endsWith("hello");
            }
            assertThat(curl("ours", "/gone").out()).startsWith("HTTP/1.1 502 ").containsIgnoringCase("proxy-status: ");
            assertThat(curl("ours", "/broken").code()).as("an answer that breaks off is not whole").isNotZero();
            assertThat(curl("bytes", "/").out()).startsWith("HTTP/1.1 502 ")
                    .endsWith("route 'bytes' takes connections, and no HTTP requests: its protocol 'tcp' does not speak http/1.1\n");
        } finally {
            shop.stop(0);
        }
    }
}
