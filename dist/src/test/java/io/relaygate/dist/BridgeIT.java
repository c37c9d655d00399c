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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One gateway among senders and listeners that are not RelayGate: azbridge's at either end, and App Service's. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class BridgeIT {

    private static final String KEY = "root-key-0123456789";

    private static HycoWs client;
    private static Path folder;
    private static TestServer echo;
    private static RelayGateProcess relay;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() {
        HycoWs.require();
        client = HycoWs.install();
        folder = Folders.fresh("bridge");
        echo = TestServer.echo();
        relay = RelayGateProcess.start(keyed("relay"), "relay", """
                relay:
                  listen: "127.0.0.1:0"
                  keys: { root: { rights: [manage], primary: "${file:root.key}" } }
                  hybridConnections: { ours: {}, theirs: {}, orders-app: {} }
                """, Product.BRIEFLY).ready();
        gateway = RelayGateProcess.start(keyed("gateway"), "run", """
                namespaces: { own: { %s } }
                sites: { theirs: { namespaces: [own], hybridConnection: theirs, services: [echo, unknown], mode: plain, wire: azbridge } }
                entryPoints:
                  ours: { namespaces: [own], hybridConnection: ours, mode: plain, wire: azbridge }
                  app: { namespaces: [own], hybridConnection: orders-app, service: orders, mode: plain, controlChannels: 1 }
                forwards:
                  echo: { listen: "127.0.0.1:0", to: theirs/echo }
                  unknown: { listen: "127.0.0.1:0", to: theirs/unknown }
                routes:
                  - { name: bridge, from: ours, service: echo, to: echo, open: true }
                  - { name: orders, from: app, service: orders, to: echo, open: true }
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(namespace(), echo.address()), Product.BRIEFLY).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, relay, echo);
    }

    private static Path keyed(String name) {
        Folders.write(folder.resolve(name).resolve("root.key"), KEY);
        return folder.resolve(name);
    }

    private static String namespace() {
        return "endpoint: \"sb://localhost:%d/\", caFile: \"%s\", credential: { sasKeyName: root, sasKey: \"${file:root.key}\" }"
                .formatted(relay.port("relay"), relay.state().resolve("relay-ca.pem"));
    }

    private static Target target(String hybridConnection) {
        return new Target("localhost:" + relay.port("relay"), relay.state().resolve("relay-ca.pem"), hybridConnection, "root", KEY, 600);
    }

    private static int port(Child sender) {
        assertThat(sender.alive()).as(sender.told()).isTrue();
        return Integer.parseInt(sender.out().strip().substring("port ".length()));
    }

    @Test
    void azbridgesSenderReachesOurSite() throws IOException {
        try (Child sender = client.azbridge("azbridge-connect", target("ours"), "connect", "Echo");
                TestClient socket = TestClient.connect(port(sender))) {
            socket.exchange(1);
            socket.exchange(300_000);
        }
        try (Child sender = client.azbridge("azbridge-unknown", target("ours"), "connect", "other");
                TestClient socket = TestClient.connect(port(sender))) {
            assertThat(socket.rest()).isEmpty();
        }
        Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == 0);
    }

    @Test
    void ourEdgeReachesAzbridgesListener() throws IOException {
        try (Child listener = client.azbridge("azbridge-listen", target("theirs"), "listen", "echo=" + echo.port())) {
            assertThat(listener.out()).as(listener.told()).startsWith("listening");
            try (TestClient socket = TestClient.connect(gateway.port("echo"))) {
                socket.exchange(1);
                socket.exchange(300_000);
            }
            try (TestClient socket = TestClient.connect(gateway.port("unknown"))) {
                assertThat(socket.rest()).isEmpty();
            } catch (IOException reset) {
                // How a port refuses.
            }
            assertThat(gateway.child().err()).contains("knows no logical port 'unknown'");
        }
        Awaitility.await().until(() -> gateway.metric("relaygate_sessions_open") == 0);
    }

    /** Its senders name nothing, and have tokens for the hybrid connection; two sites are what two connection managers were. */
    @Test
    void appServiceReachesTheServiceWhileOneOfTwoSitesIsThere() {
        Target orders = target("orders-app");
        try (RelayGateProcess second = RelayGateProcess.start(keyed("second"), "run", """
                namespaces: { own: { %s } }
                entryPoints: { app: { namespaces: [own], hybridConnection: orders-app, service: orders, mode: plain, controlChannels: 1 } }
                routes: [ { name: orders, from: app, service: orders, to: echo, open: true } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(namespace(), echo.address()), Product.BRIEFLY).ready()) {
            client.sender(orders, "1", "65536").orFail();
            second.child().signal("KILL");
            second.child().exitCode(Duration.ofSeconds(10));
            Awaitility.await().until(() -> relay.metrics().contains("relaygate_embedded_relay_listeners{hybrid_connection=\"orders-app\"} 1.0"));
            if (RelayProfile.pessimistic()) {
                // For a minute it goes on picking the one that is gone, each time for as long as a sender waits for a listener.
                Awaitility.await().atMost(Duration.ofSeconds(100)).until(() -> client.sender(orders, "1").code() == 0);
            } else {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.sender(orders, "1", "65536").orFail().out()).contains("echoed 65537");
                }
            }
        }
    }
}
