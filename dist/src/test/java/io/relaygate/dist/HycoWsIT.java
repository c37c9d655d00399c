package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.dist.HycoWs.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Microsoft's own client against the embedded relay, with itself and with a gateway at the other end. A relay that behaves badly
 * goes on offering senders to listeners that are gone, so that each listener has a hybrid connection of its own.
 */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"azure", "pessimistic"})
@ExtendWith(NothingLeftBehind.class)
class HycoWsIT {

    private static final String RELAY = """
            relay:
              profile: PROFILE
              listen: "127.0.0.1:0"
              tokenGrace: 0s
              maxListeners: 2
              rendezvousTimeout: 8s
              keys: { root: { rights: [manage], primary: "${file:root.key}" } }
              hybridConnections:
                ours: {}
                theirs: {}
                echoing: {}
                lonely: {}
                expiring: {}
                frozen: {}
                full: {}
                anonymous: { requiresClientAuthorization: false }
                narrow:
                  keys:
                    listen: { rights: [listen], primary: "${file:listen.key}" }
                    send: { rights: [send], primary: "${file:send.key}" }
            """;

    private static HycoWs client;
    private static RelayGateProcess relay;
    private static RelayGateProcess gateway;
    private static TestServer echo;
    private static Path folder;

    private final String profile;

    HycoWsIT(String profile) {
        this.profile = profile;
    }

    @BeforeParameterizedClassInvocation
    static void start(String profile) {
        HycoWs.require();
        client = HycoWs.install();
        folder = Folders.fresh("hyco-" + profile);
        Path own = folder.resolve("relay");
        Folders.write(own.resolve("root.key"), "root-key-0123456789");
        Folders.write(own.resolve("listen.key"), "listen-key-0123456789");
        Folders.write(own.resolve("send.key"), "send-key-0123456789");
        relay = RelayGateProcess.start(own, "relay", RELAY.replace("PROFILE", profile)).ready();
        echo = TestServer.echo();
        Folders.write(folder.resolve("gateway/root.key"), "root-key-0123456789");
        gateway = RelayGateProcess.start(folder.resolve("gateway"), "run", """
                namespaces:
                  own:
                    endpoint: "sb://localhost:%d/"
                    caFile: "%s"
                    credential: { sasKeyName: root, sasKey: "${file:root.key}" }
                sites: { node: { namespaces: [own], hybridConnection: theirs, services: [echo], mode: plain } }
                entryPoints:
                  hub: { namespaces: [own], hybridConnection: ours, service: echo, mode: plain }
                  in: { listen: "127.0.0.1:0" }
                routes:
                  - { name: echo, from: hub, service: echo, to: echo, open: true }
                  - { name: in, from: in, to: node/echo, open: true }
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(relay.port("relay"), relay.state().resolve("relay-ca.pem"), echo.address()));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        Closing.all(gateway, relay, echo);
    }

    private static Target target(String hybridConnection) {
        return new Target("localhost:" + relay.port("relay"), relay.state().resolve("relay-ca.pem"), hybridConnection,
                "root", "root-key-0123456789", 600);
    }

    @Test
    void itsListenerAnswersItsSender() {
        try (Child listener = client.listener("listener-echoing", target("echoing"))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            Programs.Ended ended = client.sender(target("echoing"), "1", "125", "126", "65535", "65536", "300000");
            assertThat(ended.out()).contains("echoed 431323 of 431323, closed 1000");
            assertThat(ended.code()).isZero();
            int told = profile.equals("azure") ? 1000 : 1001;
            Awaitility.await().untilAsserted(() -> assertThat(listener.out()).contains("\nclosed " + told));
        }
    }

    @Test
    void senderWithoutTokenIsTakenWhereTheHybridConnectionIsOpen() {
        try (Child listener = client.listener("listener-anonymous", target("anonymous"))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            assertThat(client.sender(target("anonymous").withKey("", ""), "10").orFail().out()).contains("echoed 10");
            assertThat(client.sender(target("lonely").withKey("", ""), "10").out())
                    .startsWith("refused 401 MissingToken: Relay security token is required.");
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
            assertThat(refused.out()).startsWith("refused 403 Unauthorized access. 'Listen' claim(s) are required");
            assertThat(client.sender(send, "10").orFail().out()).contains("echoed 10");
            assertThat(client.sender(listen, "10").out()).startsWith("refused 403 Unauthorized access. 'Send' claim(s) are required");
            assertThat(client.sender(send.withHybridConnection("lonely"), "10").out()).startsWith("refused 401 InvalidSignature: ");
        }
    }

    @Test
    void wrongKeyIsRefused() {
        Target wrong = target("lonely").withKey("root", "another");
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
        assertThat(client.sender(target("lonely").withTokenFor(-60), "10").out()).startsWith("refused 401 ExpiredToken: The token is expired.");
    }

    @Test
    void tokenForSomethingElseAndWhatIsNoTokenAreRefused() {
        String other = SasTokens.sign("theirs", "root", "root-key-0123456789", Instant.now().plusSeconds(600));
        assertThat(client.senderWithToken(target("lonely"), other).out())
                .startsWith("refused 401 InvalidAudience: The authorization header contains a token with a wrong audience. TrackingId:");
        assertThat(client.senderWithToken(target("lonely"), "SharedAccessSignature sr=lonely").out())
                .startsWith("refused 401 MalformedToken: The token is malformed.");
    }

    @Test
    void listenerBeyondTheQuotaIsRefused() {
        try (Child first = client.listener("listener-full-1", target("full"));
                Child second = client.listener("listener-full-2", target("full"));
                Child third = client.listener("listener-full-3", target("full"))) {
            assertThat(first.alive()).as(first.told()).isTrue();
            assertThat(second.alive()).as(second.told()).isTrue();
            assertThat(third.exitCode(Duration.ofSeconds(5))).isEqualTo(3);
            assertThat(third.out()).startsWith("refused 403 QuotaExceeded: MaximumListenersPerEndpoint");
        }
    }

    @Test
    void listenerThatDoesNotAcceptIsGivenUpAndComesTooLate() {
        try (Child listener = client.listener("listener-frozen", target("frozen"))) {
            listener.signal("STOP");
            assertThat(client.sender(target("frozen"), "10").out())
                    .startsWith("refused 504 None of the connected listeners accepted the connections within the allowed timeout.");
            listener.signal("CONT");
            Awaitility.await().until(
                    () -> relay.metric("relaygate_embedded_relay_handshakes_total{action=\"accept\",status=\"403\"}") == 1);
        }
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
        gateway.ready();
        assertThat(client.sender(target("ours"), "1", "65536", "300000").orFail().out()).contains("echoed 365537");
        Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == 0);
    }

    @Test
    void ourEdgeReachesItsListener() throws IOException {
        try (Child listener = client.listener("listener-ours", target("theirs"))) {
            assertThat(listener.alive()).as(listener.told()).isTrue();
            gateway.ready();
            try (TestClient socket = TestClient.connect(gateway.port("in"))) {
                socket.exchange(1);
                socket.exchange(200_000);
            }
            Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == 0);
        }
    }
}
