package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An edge and a site that know each other's keys, and holders of valid relay keys who would like to be one of them. What an
 * edge is believed is in {@link AccessTableIT}.
 */
@Timeout(240)
@ExtendWith(NothingLeftBehind.class)
class SealedIT {

    private static final String EDGE_KEY = "c2VuZC1rZXktb2YtdGhlLWVkZ2U=";
    private static final String SITE_KEY = "bGlzdGVuLWtleS1vZi10aGUtc2l0ZQ==";

    private static Path folder;
    private static TestServer echo;
    private static RelayGateProcess relay;
    private static RelayGateProcess site;
    private static RelayGateProcess edge;
    private static String edgePin;
    private static String sitePin;

    @BeforeAll
    static void start() {
        folder = Folders.fresh("sealed");
        echo = TestServer.echo();
        relay = RelayGateProcess.start(process("relay"), "relay", """
                relay: { listen: "127.0.0.1:0", hybridConnections: { oslo: { keys: {
                    edge: { rights: [send], primary: "${file:edge.key}" },
                    site: { rights: [listen], primary: "${file:site.key}" } } } } }
                """).ready();
        edgePin = identity("edge");
        sitePin = identity("site");
        site = RelayGateProcess.start(process("site"), "run", siteYaml(edgePin, "")).ready();
        edge = RelayGateProcess.start(process("edge"), "run", edgeYaml(pins(sitePin))).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(edge, site, relay, echo);
    }

    private static Path process(String name) {
        Path own = Folders.create(folder.resolve(name));
        Folders.write(own.resolve("edge.key"), EDGE_KEY);
        Folders.write(own.resolve("site.key"), SITE_KEY);
        Programs.in(own).bash("chmod 600 *.key").orFail();
        return own;
    }

    /** Makes a process's key where its configuration will look for it, and gives the public half. */
    private static String identity(String name) {
        return identity(name, "relaygate-state/identity.pem");
    }

    private static String identity(String name, String file) {
        Path key = process(name).resolve(file);
        String pin = Product.run(folder, "identity", "--key", key.toString()).orFail().out().strip();
        assertThat(pin).matches("ed25519:[A-Za-z0-9_-]{43}");
        assertThat(Product.run(folder, "identity", "--key", key.toString()).orFail().out().strip()).isEqualTo(pin);
        return pin;
    }

    private static String namespace(String role) {
        return "namespaces: { own: { endpoint: \"sb://localhost:%d/\", caFile: \"%s\", credential: { sasKeyName: %s, sasKey: \"${file:%3$s.key}\" } } }%n"
                .formatted(relay.port("relay"), relay.state().resolve("relay-ca.pem"), role);
    }

    private static String pins(String... pins) {
        return ", pins: [\"" + String.join("\", \"", pins) + "\"]";
    }

    private static String edgeYaml(String pins) {
        return edgeYaml(pins, "");
    }

    private static String edgeYaml(String pins, String more) {
        return namespace("edge") + more + """
                sites: { oslo: { namespaces: [own], hybridConnection: oslo, services: [near, ours, free]%s } }
                entryPoints:
                  near: { listen: "127.0.0.1:0", proxyProtocol: { from: [127.0.0.1] } }
                  ours: { listen: "127.0.0.1:0" }
                  free: { listen: "127.0.0.1:0" }
                routes:
                  - { name: near, from: near, to: oslo/near, open: true }
                  - { name: ours, from: ours, to: oslo/ours, open: true }
                  - { name: free, from: free, to: oslo/free, open: true }
                """.formatted(pins);
    }

    private static String siteYaml(String edgePins, String others) {
        return namespace("site") + """
                site: oslo
                senders:
                  weu: { pins: ["%s"], mayAssert: { networks: [203.0.113.0/24, 127.0.0.0/8] } }
                %sentryPoints: { hub: { namespaces: [own], hybridConnection: oslo } }
                routes:
                  - { name: near, from: hub, service: near, to: echo, allow: { networks: [203.0.113.0/24] } }
                  - { name: ours, from: hub, service: ours, to: echo, allow: { senders: [weu] } }
                  - { name: free, from: hub, service: free, to: echo, open: true }
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(edgePins, others, echo.address());
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(seconds));
    }

    /** Whether a word comes back through a port; an empty answer is a refusal. */
    private static boolean passes(RelayGateProcess at, String entryPoint, String before) {
        try (TestClient client = TestClient.connect(at.port(entryPoint))) {
            client.send(before + "word");
            return client.finish().equals("word");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean passes(String entryPoint) {
        return passes(edge, entryPoint, "");
    }

    private static void audited(RelayGateProcess at, String... parts) {
        within(10).untilAsserted(() -> assertThat(at.child().told().lines().filter(line -> line.contains("session ended")))
                .as(at.child().told())
                .anySatisfy(line -> assertThat(line).contains(parts)));
    }

    private static void counted(RelayGateProcess process, String at, String end, String reason) {
        within(10).untilAsserted(() -> assertThat(process.metrics()).contains(
                "relaygate_tunnel_carriers_refused_total{at=\"%s\",end=\"%s\",reason=\"%s\"}".formatted(at, end, reason)));
    }

    @Test
    void sessionsAreCountedByTheEdgeThatHasProvenToSendThem() {
        assertThat(passes("ours")).isTrue();
        within(10).untilAsserted(() -> assertThat(site.metrics()).containsPattern("relaygate_sender_sessions_ended_total\\{ending=\"[A-Z_]+\",sender=\"weu\"}"));
    }

    @Test
    void aSendKeyWithoutAPinnedKeyIsNoEdge() {
        Path own = process("rogue-edge");
        RelayGateProcess rogue = RelayGateProcess.start(own, "run", edgeYaml("")).ready();
        try {
            assertThat(passes(rogue, "free", "")).as("unsealed").isFalse();
            audited(rogue, "takes sealed carriers of edges that it knows only: the edge needs pins of this site");
            String pin = identity("rogue-edge");
            rogue.reload(edgeYaml(pins(sitePin)));
            assertThat(passes(rogue, "free", "")).as("with a key that nobody has pinned").isFalse();
            audited(rogue, "site oslo does not take the key of this gateway", "it is pinned there under senders");
            within(10).untilAsserted(() -> assertThat(site.child().told()).contains("not pinned here: " + pin));
            counted(site, "hub", "SITE", "NOT_SEALED");
            counted(site, "hub", "SITE", "NOT_PINNED");
            counted(rogue, "oslo", "EDGE", "NOT_TAKEN");
        } finally {
            rogue.close();
        }
        assertThat(passes("free")).isTrue();
    }

    @Test
    void anotherEdgeThatIsKnownIsNotTheFirstOne() throws IOException {
        String pin = identity("other-edge");
        String known = siteYaml(edgePin, "  neu: { pins: [\"" + pin + "\"], limits: { sessions: 1 } }\n");
        site.reload(known);
        RelayGateProcess other = RelayGateProcess.start(process("other-edge"), "run", edgeYaml(pins(sitePin))).ready();
        try {
            assertThat(passes(other, "free", "")).isTrue();
            assertThat(passes(other, "ours", "")).isFalse();
            audited(site, "sender neu is none that the route allows");
            assertThat(passes(other, "near", "PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n")).as("its word of an address").isFalse();
            TestClient first = TestClient.connect(other.port("free"));
            first.exchange(10);
            try (first; TestClient second = TestClient.connect(other.port("free"))) {
                second.send("word\n");
                audited(site, "\"reason\":\"BUSY\"", "sender 'neu' has 1 sessions, as many as it may (senders.neu.limits.sessions)");
                assertThat(passes("free")).as("of another edge").isTrue();
                first.finish();
                assertThat(second.line()).isEqualTo("word");
            }
        } finally {
            other.close();
            site.reload(siteYaml(edgePin, ""));
        }
    }

    @Test
    void aListenKeyWithoutAPinnedKeyLearnsNothing() throws IOException {
        site.child().signal("TERM");
        site.child().exitCode(Duration.ofSeconds(40));
        String pin = identity("rogue-site");
        RelayGateProcess rogue =
                RelayGateProcess.start(process("rogue-site"), "run", siteYaml(edgePin, ""))
                        .ready();
        try {
            assertThat(passes("free")).isFalse();
            audited(edge, "who answers has not proven to be a gateway of site oslo", "not pinned here: " + pin);
            counted(edge, "oslo", "EDGE", "NOT_PINNED");
            assertThat(rogue.metric("relaygate_sessions_started_total")).isZero();
            // One that does not seal is refused before anything is said.
            rogue.reload(siteYaml(edgePin, "").replaceAll("senders:\n.*\n", "").replace("allow: { senders: [weu] }", "open: true"));
            assertThat(passes("free")).isFalse();
            audited(edge, "knows no edges by their keys: it needs senders, or the edge no pins");
            assertThat(rogue.metric("relaygate_sessions_started_total")).isZero();
        } finally {
            rogue.close();
            site.startAgain();
            site.ready();
        }
        within(30).until(() -> passes("free"));
    }

    @Test
    void keysAreReplacedWhileSessionsGoOnAndAnOldOneIsWorthNothingThen() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("free"))) {
            client.exchange(1000);
            String second = identity("edge", "second.pem");
            site.reload(siteYaml(edgePin + "\", \"" + second, ""));
            edge.reload(edgeYaml(pins(sitePin), "identity: second.pem\n"));
            client.exchange(1000);
            site.reload(siteYaml(second, ""));
            client.exchange(1000);
            assertThat(passes("free")).isTrue();

            String third = identity("site", "third.pem");
            edge.reload(edgeYaml(pins(sitePin, third), "identity: second.pem\n"));
            site.reload(siteYaml(second, "").replace("site: oslo", "identity: third.pem\nsite: oslo"));
            client.exchange(1000);
            edge.reload(edgeYaml(pins(third), "identity: second.pem\n"));
            client.exchange(1000);
            assertThat(client.finish()).isEmpty();
        }
        // The edge is back with its old key, which the site does not know any more.
        edge.reload(edgeYaml(pins(identity("site", "third.pem"))));
        assertThat(passes("free")).isFalse();
        site.reload(siteYaml(edgePin, ""));
        edge.reload(edgeYaml(pins(sitePin)));
        within(30).until(() -> passes("free"));
    }

    @Test
    void sessionsOfAnEdgeWhosePinIsTakenOutEndAtOnce() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("free"))) {
            client.exchange(1000);
            site.reload(siteYaml("ed25519:" + "A".repeat(43), ""));
            within(10).until(() -> site.metric("relaygate_sessions_open") == 0 && edge.metric("relaygate_sessions_open") == 0);
            audited(site, "\"ending\":\"REFUSED\"", "not trusted any more");
            assertThat(passes("free")).isFalse();
        } finally {
            site.reload(siteYaml(edgePin, ""));
        }
        within(30).until(() -> passes("free"));
    }
}
