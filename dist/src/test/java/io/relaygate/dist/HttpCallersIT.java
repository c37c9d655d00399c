package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** curl says who calls, with a password, a key and a certificate; TLS ends at the route. */
@ExtendWith(NothingLeftBehind.class)
class HttpCallersIT {

    private static final int MANY = 300;

    private static Path folder;
    private static HttpServer server;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("curl", "openssl");
        folder = Folders.fresh("http-callers");
        Programs.in(folder).bash("""
                new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" "${@:2}"; }
                new localhost -x509 -out localhost.pem -addext subjectAltName=DNS:localhost
                new ca -x509 -out ca.pem
                new stranger -x509 -out stranger.pem
                new carol -out carol.csr
                openssl x509 -req -in carol.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out carol.pem
                "$1" passwd users.passwd alice <<< wonder:land
                """, Product.launcher().toString()).orFail();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", HttpCallersIT::answer);
        server.start();
        gateway = RelayGateProcess.start(folder, "run", """
                identityProviders:
                  staff: { passwords: { file: users.passwd } }
                  cards: { clientCertificates: { caFile: ca.pem } }
                entryPoints: { web: { listen: "127.0.0.1:0" } }
                destinations: { far: { addresses: ["127.0.0.1:%d"] } }
                routes:
                  - name: web
                    from: web
                    protocol: http
                    to: far
                    identityProviders: [staff, cards]
                    allow: { callers: [alice, carol] }
                    with: { certificates: [ { certificate: localhost.pem, key: localhost.key } ], callers: { header: X-Caller, key: X-Api-Key },
                            hosts: { localhost: { to: far, paths: { /healthz: { to: far, callers: { open: true } } } } } }
                """.formatted(server.getAddress().getPort())).ready();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] caller = (exchange.getRequestHeaders().getFirst("X-Caller") + "\n").getBytes(UTF_8);
        exchange.sendResponseHeaders(200, caller.length);
        exchange.getResponseBody().write(caller);
        exchange.close();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, server == null ? null : () -> server.stop(0));
    }

    /** What curl hears, and the status. */
    private static String curl(String arguments) {
        return Programs.in(folder)
                .bash("curl -sS --cacert localhost.pem -w '%{http_code}' " + arguments + " \"https://localhost:$1/\"", Integer.toString(gateway.port("web")))
                .orFail().out();
    }

    @Test
    void eachWayToProveWhoCallsIsTaken() {
        assertThat(curl("-u alice:wonder:land")).isEqualTo("alice\n200");
        assertThat(curl("--anyauth -u alice:wonder:land")).as("asked first").endsWith("alice\n200");
        assertThat(curl("-H 'X-Api-Key: alice:wonder:land'")).isEqualTo("alice\n200");
        assertThat(curl("--cert carol.pem --key carol.key -H 'X-Caller: alice'")).isEqualTo("carol\n200");
        assertThat(curl("")).isEqualTo("who calls must be proven\n401");
        assertThat(curl("-u alice:wrong")).isEqualTo("the login failed\n401");
        assertThat(curl("--cert stranger.pem --key stranger.key")).isEqualTo("the login failed\n401");
        assertThat(curl("--cert carol.pem --key carol.key -u alice:wonder:land")).as("two at once").isEqualTo("the login failed\n401");
    }

    @Test
    void openPathAsksNobodyAndExplainAndTheAuditSayThatItIsOpen() {
        String open = Programs.in(folder)
                .bash("curl -sS --cacert localhost.pem -w '%{http_code}' -H 'X-Caller: root' -u bob:x \"https://localhost:$1/healthz\"", Integer.toString(gateway.port("web")))
                .orFail().out();
        assertThat(open).isEqualTo("null\n200");
        assertThat(curl("")).endsWith("401");
        String explained = Product.run(folder, "explain", "-c", gateway.configuration().toString(), "--entry-point", "web", "--http",
                "GET https://localhost/healthz").orFail().out();
        assertThat(explained).contains("is open to clients that prove nothing at: host localhost, path /healthz", "is open: nobody is asked who calls");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> gateway.child().told().contains("host localhost, path /healthz"));
    }

    @Test
    void passwordThatIsSentWithEachRequestIsHashedOnce() {
        curl("-u alice:wonder:land");
        long begun = System.nanoTime();
        String heard = Programs.in(folder)
                .bash("curl -sS --cacert localhost.pem -u alice:wonder:land \"https://localhost:$1/[1-" + MANY + "]\"", Integer.toString(gateway.port("web")))
                .orFail().out();
        double milliseconds = (System.nanoTime() - begun) / 1e6 / MANY;
        assertThat(heard.lines().filter("alice"::equals)).hasSize(MANY);
        System.out.printf("a request with a password: %.2f ms%n", milliseconds);
        assertThat(milliseconds).as("a hash takes more than 100 ms").isLessThan(50);
    }
}
