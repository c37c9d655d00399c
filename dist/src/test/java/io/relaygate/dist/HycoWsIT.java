package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.dist.HycoWs.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Microsoft's own client against the embedded relay, with itself and with a gateway at the other end. */
@ExtendWith(NothingLeftBehind.class)
class HycoWsIT {

    private static final String RELAY = """
            relay:
              listen: "127.0.0.1:0"
              tokenGrace: 0s
              keys: { root: { rights: [manage], primary: "${file:root.key}" } }
              hybridConnections:
                ours: {}
                theirs: {}
                lonely: {}
                expiring: {}
                anonymous: { requiresClientAuthorization: false }
                narrow:
                  keys:
                    listen: { rights: [listen], primary: "${file:listen.key}" }
                    send: { rights: [send], primary: "${file:send.key}" }
            """;

    private static HycoWs client;
    private static RelayGateProcess relay;
    private static TestServer echo;
    private static Path folder;

    @BeforeAll
    static void start() {
        HycoWs.require();
        client = HycoWs.install();
        folder = Folders.fresh("hyco");
        Path own = folder.resolve("relay");
        Folders.write(own.resolve("root.key"), "root-key-0123456789");
        Folders.write(own.resolve("listen.key"), "listen-key-0123456789");
        Folders.write(own.resolve("send.key"), "send-key-0123456789");
        relay = RelayGateProcess.start(own, "relay", RELAY).ready();
        echo = TestServer.echo();
    }

    @AfterAll
    static void stop() {
        Closing.all(relay, echo);
    }

    private static Target target(String hybridConnection) {
        return new Target("localhost:" + relay.port("relay"), relay.state().resolve("relay-ca.pem"), hybridConnection,
                "root", "root-key-0123456789", 600);
    }

    @Test
    void itsListenerAnswersItsSender() {
        try (Child listener = client.listener("listener-theirs", target("theirs"))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            Programs.Ended ended = client.sender(target("theirs"), "1", "125", "126", "65535", "65536", "300000");
            assertThat(ended.out()).contains("echoed 431323 of 431323, closed 1000");
            assertThat(ended.code()).isZero();
        }
    }

    @Test
    void senderWithoutTokenIsTakenWhereTheHybridConnectionIsOpen() {
        try (Child listener = client.listener("listener-anonymous", target("anonymous"))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            assertThat(client.sender(target("anonymous").withKey("", ""), "10").orFail().out()).contains("echoed 10");
            assertThat(client.sender(target("lonely").withKey("", ""), "10").out()).startsWith("refused 401 ");
        }
    }

    @Test
    void keysOfOneHybridConnectionAllowWhatTheySay() {
        Target listen = target("narrow").withKey("listen", "listen-key-0123456789");
        Target send = target("narrow").withKey("send", "send-key-0123456789");
        try (Child listener = client.listener("listener-narrow", listen);
                Child refused = client.listener("listener-narrow-refused", send)) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            assertThat(refused.exitCode(Duration.ofSeconds(5))).isEqualTo(3);
            assertThat(refused.out()).startsWith("refused 403 ");
            assertThat(client.sender(send, "10").orFail().out()).contains("echoed 10");
            assertThat(client.sender(listen, "10").out()).startsWith("refused 403 ");
            assertThat(client.sender(send.withHybridConnection("theirs"), "10").out()).startsWith("refused 401 ");
        }
    }

    @Test
    void wrongKeyIsRefused() {
        Target wrong = target("theirs").withKey("root", "another");
        assertThat(client.sender(wrong, "10").out())
                .startsWith("refused 401 ")
                .contains("The token has an invalid signature")
                .contains("TrackingId:");
        try (Child listener = client.listener("listener-wrong", wrong)) {
            assertThat(listener.exitCode(Duration.ofSeconds(5))).isEqualTo(3);
            assertThat(listener.out()).startsWith("refused 401 ");
        }
    }

    @Test
    void expiredTokenIsRefused() {
        assertThat(client.sender(target("theirs").withTokenFor(-60), "10").out()).startsWith("refused 401 ");
    }

    @Test
    void listenerWhoseTokenExpiresLosesItsChannel() {
        try (Child listener = client.listener("listener-expiring", target("expiring").withTokenFor(2))) {
            assertThat(listener.exitCode(Duration.ofSeconds(20))).isEqualTo(4);
            assertThat(listener.out()).contains("control channel closed 1008");
        }
    }

    @Test
    void unknownHybridConnectionIsNotFound() {
        assertThat(client.sender(target("nowhere"), "10").out())
                .startsWith("refused 404 ")
                .contains("Endpoint does not exist");
    }

    @Test
    void hybridConnectionWithoutListenerIsNotFound() {
        assertThat(client.sender(target("lonely"), "10").out())
                .startsWith("refused 404 There are no listeners connected for the endpoint. TrackingId:");
    }

    @Test
    void itsSenderReachesServiceBehindOurSite() {
        try (RelayGateProcess site = RelayGateProcess.start(keyed("site"), "run", """
                namespaces: { own: { %s } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: ours, service: echo, mode: plain } }
                routes: [{ name: echo, from: hub, service: echo, to: echo, open: true }]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(namespace(), echo.address()))) {
            site.ready();
            assertThat(client.sender(target("ours"), "1", "65536", "300000").orFail().out())
                    .contains("echoed 365537");
            Awaitility.await().until(() -> site.metric("relaygate_sessions_open") == 0);
        }
    }

    @Test
    void ourEdgeReachesItsListener() throws IOException {
        try (Child listener = client.listener("listener-ours", target("theirs"));
                RelayGateProcess edge = RelayGateProcess.start(keyed("edge"), "run", """
                        namespaces: { own: { %s } }
                        sites: { node: { namespaces: [own], hybridConnection: theirs, services: [echo], mode: plain } }
                        entryPoints: { in: { listen: "127.0.0.1:0" } }
                        routes: [{ name: in, from: in, to: node/echo, open: true }]
                        """.formatted(namespace()))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            edge.ready();
            try (TestClient socket = TestClient.connect(edge.port("in"))) {
                socket.exchange(1);
                socket.exchange(200_000);
            }
            Awaitility.await().until(() -> edge.metric("relaygate_sessions_open") == 0);
        }
    }

    private static Path keyed(String name) {
        Folders.write(folder.resolve(name).resolve("root.key"), "root-key-0123456789");
        return folder.resolve(name);
    }

    private static String namespace() {
        return "endpoint: \"sb://localhost:%d/\", caFile: \"%s\", credential: { sasKeyName: root, sasKey: \"${file:root.key}\" }"
                .formatted(relay.port("relay"), relay.state().resolve("relay-ca.pem"));
    }
}
