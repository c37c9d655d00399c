package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients of HTTP/2, and gRPC, through edge, relay and site, where the http plugin reads each request. */
@ExtendWith(NothingLeftBehind.class)
class Http2IT {

    private static final long LARGE = 32L << 20;

    private static Path folder;
    private static WebSite web;
    private static NodeServer grpc;
    private static NodeServer secureGrpc;
    private static Path grpcFolder;
    private static NodeServer shop;
    private static Path browserFolder;
    private static EdgeAndSite both;
    private static RelayGateProcess edge;

    @BeforeAll
    static void start() {
        WebSite.require();
        Interop.require("h2load", "nghttp", "openssl", "chromium");
        folder = Folders.fresh("http2");
        web = WebSite.start(Folders.create(folder.resolve("repositories")));
        grpcFolder = NodeFolder.install("grpc", "server.js", "client.js", "echo.proto");
        grpc = NodeServer.start("grpc", grpcFolder, Map.of(), "server.js");
        browserFolder = NodeFolder.install("browser", "site.js", "visit.js");
        shop = NodeServer.start("shop", browserFolder, Map.of(), "site.js");
        Programs.in(Folders.create(folder.resolve("site")))
                .bash("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=shop.example "
                        + "-addext subjectAltName=DNS:shop.example,IP:127.0.0.1 -keyout shop.key -out shop.pem && chmod 600 shop.key")
                .orFail();
        String siteFolder = folder.resolve("site").toString();
        secureGrpc = NodeServer.start(
                "grpcs", grpcFolder, Map.of("CERTIFICATE", siteFolder + "/shop.pem", "KEY", siteFolder + "/shop.key"), "server.js");
        both = EdgeAndSite.start(folder, "web, secure, grpc, grpcs", """
                entryPoints: { web: { listen: "127.0.0.1:0" }, secure: { listen: "127.0.0.1:0" }, grpc: { listen: "127.0.0.1:0" }, grpcs: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: web, from: web, to: oslo/web, open: true }
                  - { name: secure, from: secure, to: oslo/secure, open: true }
                  - { name: grpc, from: grpc, to: oslo/grpc, open: true }
                  - { name: grpcs, from: grpcs, to: oslo/grpcs, open: true }
                """, """
                destinations:
                  web: { addresses: ["%s"] }
                  grpc: { addresses: ["%s"] }
                  shop: { addresses: ["%s"] }
                  grpcs: { addresses: ["%s"], tls: { caFile: shop.pem } }
                routes:
                  - { name: web, from: hub, service: web, protocol: http, open: true, to: web }
                  - name: secure
                    from: hub
                    service: secure
                    protocol: http
                    open: true
                    with:
                      certificates: [ { certificate: shop.pem, key: shop.key } ]
                      hosts:
                        "shop.example":
                          to: web
                          paths: { /shop: { to: shop, host: intranet.local, path: { strip: /shop, add: /app } } }
                        "127.0.0.1": { to: web }
                  - { name: grpc, from: hub, service: grpc, protocol: http, open: true, to: grpc, with: { http2: true } }
                  - { name: grpcs, from: hub, service: grpcs, protocol: http, open: true, to: grpcs, with: { http2: true } }
                """.formatted(web.address(), grpc.address(), shop.address(), secureGrpc.address()));
        edge = both.edge();
    }

    @AfterAll
    static void stop() {
        Closing.all(both, secureGrpc, shop, grpc, web);
    }

    @Test
    void everyCaseOfTheConformanceTestPasses() {
        assertThat(H2spec.run(edge.port("web")).orFail().out()).contains("145 tests, 145 passed, 0 skipped, 0 failed");
    }

    @Test
    void everyCaseOfTheConformanceTestPassesInTls() {
        assertThat(H2spec.run(edge.port("secure"), "-t", "-k").orFail().out()).contains(" 0 failed");
    }

    @Test
    void curlAgreesOnHttp2InTlsAndCarriesLargeBodiesBothWays() {
        String curl = "curl -sS --http2 --max-time 50 --cacert site/shop.pem --resolve shop.example:$1:127.0.0.1 https://shop.example:$1";
        String[] said = Programs.in(folder).bash("""
                %1$s/size/%2$d -o large -w '%%{http_version}\\n'
                sha256sum < large
                %1$s/upload -T large
                """.formatted(curl, LARGE), Integer.toString(edge.port("secure"))).orFail().out().split("\n", -1);
        assertThat(said[0]).isEqualTo("2");
        assertThat(said[2]).isEqualTo(LARGE + " " + said[1].substring(0, 64) + " " + LARGE);
    }

    @Test
    void siteSeesTheRequestAsHttp1AndWhichVersionTheClientSpoke() {
        String seen = Programs.in(folder)
                .bash("curl -sS --http2-prior-knowledge -H 'Cookie: a=b; c=d' \"http://127.0.0.1:$1/a/b?c=%2F\"", Integer.toString(edge.port("web")))
                .orFail().out();
        assertThat(seen).contains("\"url\":\"/a/b?c=%2F\"", "\"cookie\":\"a=b; c=d\"", "\"via\":\"2.0 relaygate-");
    }

    @Test
    void nghttpUploadsAndGetsTheAnswerOfManyRequestsOnOneConnection() {
        String said = Programs.in(folder)
                .bash("head -c 3000000 /dev/zero > zeros; nghttp -d zeros http://127.0.0.1:$1/upload http://127.0.0.1:$1/upload?again",
                        Integer.toString(edge.port("web")))
                .orFail().out();
        assertThat(said.lines()).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("3000000 ").endsWith(" 3000000"));
    }

    @Test
    void manyStreamsOfManyConnectionsGetNothingButAnswers() {
        String said = Programs.in(folder).within(Duration.ofSeconds(90))
                .start("h2load", "-n", "5000", "-c", "8", "-m", "16", "http://127.0.0.1:" + edge.port("web") + "/hello")
                .orFail().out();
        assertThat(said).contains("5000 succeeded, 0 failed, 0 errored, 0 timeout", "status codes: 5000 2xx");
    }

    @Test
    void clientsOfHttp2SeeServerSentEventsWhenTheyAreSent() {
        String said = Programs.in(folder)
                .bash("""
                        curl -sSN --http2-prior-knowledge -o events http://127.0.0.1:$1/events &
                        until grep -sq first events; do sleep 0.05; done
                        grep -c second events || curl -sS --http2-prior-knowledge -o gone http://127.0.0.1:$1/go
                        wait; cat events""", Integer.toString(edge.port("web")))
                .orFail().out();
        assertThat(said).startsWith("0\n").contains("data: first", "data: second");
    }

    @Test
    void browserSeesASiteOfAnotherNameAndPathWithItsLinksCookiesRedirectsAndWebSocket() {
        int port = edge.port("secure");
        String said = Programs.in(browserFolder).within(Duration.ofMinutes(3))
                .start("node", "visit.js", Interop.path("chromium").toString(), Integer.toString(port), "shop.example", "/shop/")
                .orFail().out();
        assertThat(said).isEqualTo("""
                home /shop/home true
                basket /shop/basket true
                hello to a visitor 995
                home /shop/home true
                last /shop/last true
                seen=1; visit=8
                seen=1 shop.example /shop true, visit=8 shop.example /shop false
                h2 200 no trouble
                """);
    }

    @Test
    void webSocketsOverHttp2EchoMessagesOfAllSizes() {
        assertThat(web.echoOverHttp2(edge.port("web"), "0", "1", "125", "126", "65535", "65536", "3000000", "7").orFail().out())
                .isEqualTo("echoed 3131330, closed 4000 enough\n");
    }

    @Test
    void callsOfGrpcReachAServerThatDemandsHttp2OfTls() {
        String said = Programs.in(grpcFolder).start("node", "client.js", "127.0.0.1:" + edge.port("grpcs")).orFail().out();
        assertThat(said).startsWith("unary HELLO\nat once 200 N199\n").endsWith("unary AGAIN\n");
    }

    @Test
    void callsOfGrpcOfEveryKindWork() {
        String said = Programs.in(grpcFolder).start("node", "client.js", "127.0.0.1:" + edge.port("grpc")).orFail().out();
        assertThat(said).isEqualTo("""
                unary HELLO
                at once 200 N199
                talk <0>
                talk <1>
                talk <2>
                count 1000 1002890
                gather 2500000
                fail 5 nothing here
                cancelled 1
                unary AGAIN
                """);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> grpc.out().contains("cancelled"));
    }
}
