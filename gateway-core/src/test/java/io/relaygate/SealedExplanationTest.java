package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.GatewayKey;
import io.relaygate.net.Pin;
import io.relaygate.net.TestAuthority;
import io.relaygate.observe.LogEvent;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is explained is what happens, from a port that asks for certificates through a sealed tunnel to the routes and
 * destinations of the site: random configurations, and random clients who really come.
 */
@Timeout(180)
class SealedExplanationTest {

    private static final int CONFIGURATIONS = 60;
    private static final int CLIENTS = 5;
    private static final List<String> CALLERS = List.of("alice@contoso.com", "bob@contoso.com", "eve@example.com");
    private static final List<String> PATTERNS = List.of("alice@*", "*@contoso.com", "eve@example.com", "*", "alice", "bob");
    private static final List<String> NETWORKS = List.of("127.0.0.1", "127.0.0.2/31", "127.0.0.4/30", "127.0.0.0/29");
    private static final List<String> GROUPS = List.of("ops", "dba", "dev");
    private static final List<String> SERVICES = List.of("x", "y");

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private final Map<String, SSLContext> contexts = new HashMap<>();
    private TestAuthority authority;
    private ExplainedSessions sessions;
    private Pin pin;

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectory(folder.resolve("ours"));
        ExplainedProtocol.write(folder);
        pin = GatewayKey.make(folder.resolve("state/identity.pem")).pin();
        authority = new TestAuthority(Files.createDirectory(folder.resolve("ca")));
        authority.issue("port", "CN=port", "-ext", "san=dns:port.example");
        for (String caller : CALLERS) {
            authority.issue(caller, "CN=client", "-ext", "san=email:" + caller);
        }
        sessions = new ExplainedSessions();
    }

    @AfterEach
    void restoresTheLog() throws IOException {
        sessions.close();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String some(List<String> of) {
        List<String> some = new ArrayList<>();
        while (some.isEmpty()) {
            of.stream().filter(each -> random.nextInt(3) == 0).forEach(each -> some.add("\"" + each + "\""));
        }
        return some.toString();
    }

    /** What somebody may be allowed by. */
    private String allow() {
        return switch (random.nextInt(7)) {
            case 0 -> "open: true";
            case 1 -> "allow: { callers: " + some(PATTERNS) + " }";
            case 2 -> "allow: { networks: " + some(NETWORKS) + " }";
            case 3 -> "allow: { senders: [" + one(List.of("self", "other")) + "] }";
            case 4, 5 -> "allow: { groups: " + some(GROUPS) + " }";
            default -> "allow: { callers: " + some(PATTERNS) + ", networks: " + some(NETWORKS) + " }";
        };
    }

    private String mayAssert() {
        List<String> lists = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            lists.add("callers: " + some(PATTERNS));
        }
        if (random.nextInt(3) > 0) {
            lists.add("groups: " + some(GROUPS));
        }
        if (random.nextInt(3) > 0) {
            lists.add("networks: " + some(NETWORKS));
        }
        return random.nextInt(6) == 0 ? "" : ", mayAssert: { " + String.join(", ", lists) + " }";
    }

    private String configuration() {
        StringBuilder yaml = new StringBuilder("""
                stateDir: state
                relay: { listen: "127.0.0.1:0", hybridConnections: { demo: {} } }
                sites: { local: { namespaces: [embedded], hybridConnection: demo, services: [x, y], pins: ["%s"] } }
                senders:
                  self: { pins: ["%s"]%s }
                  other: { pins: ["ed25519:%s"] }
                identityProviders: { people: { publicKeys: { file: keys } } }
                entryPoints:
                  hub: { namespaces: [embedded], hybridConnection: demo }
                  free: { listen: "127.0.0.1:0" }
                  asking: { listen: "127.0.0.1:0" }
                  known: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: ca/port.pem, key: ca/port.pem } ], clients: { caFile: ca/ca.pem } } }
                routes:
                  - { name: free, from: free, to: local/%s, open: true }
                  - { name: asking, from: asking, to: local/%s, identityProviders: [people], open: true }
                  - { name: known-h2, from: known, when: { alpn: [h2] }, to: local/%s, open: true }
                  - { name: known, from: known, to: local/%s, open: true }
                """.formatted(pin, pin, mayAssert(), "A".repeat(43), one(SERVICES), one(SERVICES), one(SERVICES), one(SERVICES)));
        for (String service : SERVICES) {
            if (random.nextInt(8) > 0) {
                yaml.append("  - { name: ").append(service).append(", from: hub, service: ").append(service).append(", to: up, ")
                        .append(allow()).append(" }\n");
            }
        }
        String allow = random.nextInt(3) > 0 ? "" : ", " + allow().replace("open: true", "connectTimeout: 5s");
        return yaml.append("destinations: { up: { addresses: [\"127.0.0.1:").append(sessions.port()).append("\"]")
                .append(allow).append(" } }\n").toString();
    }

    /** Why a session ended as refused, or where it went. */
    private static String outcome(LogEvent line) {
        Object reason = line.values().get("reason");
        return reason == null
                ? line.values().get("route") + " to " + line.values().get("destination") + " for " + line.values().get("caller")
                : reason + ": " + line.values().get("detail");
    }

    private static String outcome(Explanation explanation) {
        return explanation.refusal() == null
                ? explanation.route() + " to " + explanation.to() + " for " + explanation.caller().name()
                : explanation.refusal().reason() + ": " + explanation.refusal().getMessage();
    }

    /** Comes from an address, with a certificate where the port asks for one, and waits to be sent away. */
    private void call(Gateway gateway, Explanation.Question question) throws Exception {
        try (Socket socket = ExplainedSessions.client(gateway, question)) {
            socket.setSoTimeout(20_000);
            try {
                if (question.entryPoint().equals("known")) {
                    secured(socket, question.certificateName(), question.alpn());
                } else {
                    Caller login = question.login();
                    socket.getOutputStream().write(ExplainedProtocol.words(login == null ? null : login.name(), null));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                }
            } catch (IOException e) {
                // Refused.
            }
        }
    }

    private void secured(Socket socket, @Nullable String caller, List<String> alpn) throws IOException {
        SSLContext context = contexts.computeIfAbsent(String.valueOf(caller), authority::client);
        try (SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, "port.example", 443, true)) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setApplicationProtocols(alpn.toArray(String[]::new));
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            secured.shutdownOutput();
            secured.getInputStream().readAllBytes();
        }
    }

    private LogEvent next(String entryPoint) throws InterruptedException {
        LogEvent line = sessions.next();
        return String.valueOf(line.values().get("entryPoint")).equals(entryPoint) ? line : next(entryPoint);
    }

    @Test
    void isWhatHappensAcrossASealedTunnel() throws Exception {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, valid());
        int refused = 0;
        int passed = 0;
        try (Plugins plugins = Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("work"), "0.1.0");
                Plugins ours = Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("ours"), "0.1.0");
                Gateway gateway = Gateway.start(file, plugins, _ -> {})) {
            for (int i = 0; i < CONFIGURATIONS; i++) {
                do {
                    Files.writeString(file, configuration());
                } while (!gateway.reload().isEmpty());
                GatewayConfig config = GatewayConfig.load(file, ours.protocols());
                for (int j = 0; j < CLIENTS; j++) {
                    String entryPoint = one(List.of("free", "known", "known", "asking", "asking"));
                    boolean known = entryPoint.equals("known");
                    Explanation.Question question = new Explanation.Question(
                            entryPoint,
                            InetAddress.ofLiteral("127.0.0." + (1 + random.nextInt(9))),
                            null,
                            null,
                            known ? one(CALLERS) : null,
                            null,
                            null,
                            entryPoint.equals("asking") ? ExplainedProtocol.login(one(List.of("alice", "bob", "eve"))) : null,
                            known && random.nextBoolean() ? List.of("h2") : List.of(),
                            null,
                            List.of(),
                            false);
                    Explanation atEdge = Explanation.of(config, question);
                    DestinationName to = Objects.requireNonNull(atEdge.to());
                    Explanation atSite = new Passage(config, question, to, atEdge.caller()).into(config, InetAddress.getLoopbackAddress());
                    call(gateway, question);
                    assertThat(outcome(next("hub")))
                            .as("%s%n%s%n%s", Files.readString(file), question, atSite)
                            .isEqualTo(outcome(atSite));
                    if (atSite.refusal() == null) {
                        passed++;
                    } else {
                        refused++;
                    }
                }
            }
        }
        assertThat(passed).isGreaterThan(50);
        assertThat(refused).isGreaterThan(100);
    }

    /** One that can be started, which is not said of every random one. */
    private String valid() {
        return configuration().replaceAll("routes:\n(?s).*", """
                routes:
                  - { name: free, from: free, to: local/x, open: true }
                  - { name: asking, from: asking, to: local/x, identityProviders: [people], open: true }
                  - { name: known, from: known, to: local/x, open: true }
                  - { name: x, from: hub, service: x, to: up, open: true }
                destinations: { up: { addresses: ["127.0.0.1:1"] } }
                """);
    }
}
