package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.dist.HycoHttps.Call;
import io.relaygate.dist.HycoWs.Target;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Microsoft's own client for HTTP through the embedded relay, with itself and with curl at the other end. */
@ExtendWith(NothingLeftBehind.class)
class HycoHttpsIT {

    private static final String RELAY = """
            relay:
              listen: "127.0.0.1:0"
              keys: { root: { rights: [manage], primary: "${file:root.key}" } }
              hybridConnections:
                web: {}
                lonely: {}
                leaving: {}
                ours: {}
            """;

    private static final String VIA = "1.1 localhost";

    private static HycoHttps client;
    private static RelayGateProcess relay;
    private static Child listener;
    private static Path folder;

    @BeforeAll
    static void start() {
        Interop.require("node", "npm", "curl");
        client = HycoHttps.install();
        folder = Folders.fresh("hyco-https-relay");
        Folders.write(folder.resolve("root.key"), "root-key-0123456789");
        relay = RelayGateProcess.start(folder, "relay", RELAY).ready();
        listener = client.listener("listener-web", target("web"));
        assertThat(listener.alive()).as(listener.told()).isTrue();
    }

    @AfterAll
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

    @Test
    void manyAtOnceGetTheirOwnAnswers() {
        assertThat(send(Call.post("/echo", 500).times(40))).isEqualTo(same(500) + "40 answers\n");
        assertThat(send(Call.post("/echo", 100_000).times(10))).isEqualTo(same(100_000) + "10 answers\n");
    }

    @Test
    void methodsAndStatusesPass() {
        assertThat(send(new Call("HEAD", "/big/10", "", false, 1))).startsWith("200 | OK | " + VIA + " | HEAD | 0 | \n");
        assertThat(send(new Call("DELETE", "/status/204", "", false, 1))).startsWith("204 | As you like | " + VIA + " | DELETE | 0 |");
        assertThat(send(Call.get("/status/418"))).startsWith("418 | As you like | " + VIA + " | GET | 0 |");
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
        assertThat(client.send(target("web").withKey("root", "wrong"), Call.get("/echo"))).startsWith("401 | InvalidSignature:");
    }

    @Test
    void listenerThatLeavesLeavesNobodyWaiting() {
        try (Child leaving = client.listener("listener-leaving", target("leaving"))) {
            assertThat(client.send(target("leaving"), Call.get("/vanish")))
                    .startsWith("502 | The listener closed the connection. | no via");
            assertThat(leaving.exitCode(Duration.ofSeconds(10))).isZero();
        }
    }

    @Test
    void curlNeedsNothingButAToken() {
        Programs.Ended token = Product.run(
                folder, "token", "--resource", "sb://localhost/web", "--key-name", "root", "--key-file", "root.key");
        Programs.Ended answer = Programs.in(folder).start("curl", "-sS", "-i", "--http1.1", "--cacert",
                target("web").caFile().toString(), "-H", "ServiceBusAuthorization: " + token.orFail().out().strip(),
                "-d", "hello", "https://localhost:" + relay.port("relay") + "/web/echo?a=b");
        assertThat(answer.orFail().out()).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("via: 1.1 localhost")
                .doesNotContain("SharedAccess").endsWith("hello");
    }

    @Test
    void ourSiteSaysThatItTakesNoRequests() {
        Path own = folder.resolve("site");
        Folders.write(own.resolve("root.key"), "root-key-0123456789");
        try (RelayGateProcess site = RelayGateProcess.start(own, "run", """
                namespaces:
                  own:
                    endpoint: "sb://localhost:%d/"
                    caFile: "%s"
                    credential: { sasKeyName: root, sasKey: "${file:root.key}" }
                entryPoints: { hub: { namespaces: [own], hybridConnection: ours, service: echo, mode: plain } }
                routes: [{ name: echo, from: hub, service: echo, to: echo, open: true }]
                destinations: { echo: { addresses: ["127.0.0.1:9"] } }
                """.formatted(relay.port("relay"), target("ours").caFile()))) {
            site.ready();
            Awaitility.await().until(() -> !client.send(target("ours"), Call.get("/")).startsWith("502"));
            for (Call call : new Call[] {Call.get("/"), Call.post("/", 70_000)}) {
                assertThat(client.send(target("ours"), call)).startsWith("501 | RequestHandler has not been configured | " + VIA);
            }
        }
    }
}
