package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.GatewayKey;
import io.relaygate.net.Pin;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import io.relaygate.observe.LogEvent;
import io.relaygate.plugin.PluginJar;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is explained of HTTP requests to a hybrid connection is what happens: random configurations, and a request that really comes. */
@Timeout(120)
class RequestExplanationTest {

    private static final int CONFIGURATIONS = 60;
    private static final List<String> SERVICES = List.of("x", "y");
    private static final List<String> MODES = List.of("plain", "tunnel");
    private static final String BEGINNING = """
            stateDir: state
            admin: { listen: "127.0.0.1:0" }
            relay:
              listen: "127.0.0.1:0"
              hybridConnections: { plain: { requiresClientAuthorization: false }, tunnel: { requiresClientAuthorization: false } }
            """;

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private ExplainedSessions sessions;
    private Pin pin;

    @BeforeEach
    void listens() throws Exception {
        for (String name : List.of("plugins", "work", "ours", "state")) {
            Files.createDirectory(folder.resolve(name));
        }
        PluginJar.of("tcp", "session.forward(session.facts().to())").to(folder.resolve("plugins/tcp.jar"));
        PluginJar.of("web", """
                {
                    session.dial(session.facts().caller(), session.facts().to());
                    session.client().out().write("HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                }
                """).speakingHttp().to(folder.resolve("plugins/web.jar"));
        pin = GatewayKey.make(folder.resolve("state/identity.pem")).pin();
        sessions = new ExplainedSessions();
    }

    @AfterEach
    void restoresTheLog() throws Exception {
        sessions.close();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** The last one takes the rest, so that there is one. */
    private String configuration() {
        StringBuilder yaml = new StringBuilder(BEGINNING).append("entryPoints:\n");
        for (String mode : MODES) {
            String service = random.nextInt(3) == 0 ? "" : ", service: " + one(SERVICES);
            yaml.append("  ").append(mode).append(": { namespaces: [embedded], hybridConnection: ").append(mode).append(", mode: ").append(mode).append(service).append(" }\n");
        }
        if (random.nextInt(4) == 0) {
            yaml.append("senders: { other: { pins: [\"").append(pin).append("\"] } }\n");
        }
        yaml.append("routes:\n");
        int routes = 1 + random.nextInt(3);
        for (int i = 0; i < routes; i++) {
            yaml.append("  - { name: r").append(i).append(", from: ").append(i == routes - 1 || random.nextBoolean() ? MODES : List.of(one(MODES)));
            if (random.nextInt(2) == 0) {
                yaml.append(", service: ").append(one(SERVICES));
            }
            if (random.nextInt(4) == 0) {
                yaml.append(", when: { ").append(one(List.of("alpn: [h2]", "alpn: [http/1.1]", "sni: demo.example"))).append(" }");
            }
            yaml.append(", to: up, protocol: ").append(one(List.of("web", "web", "tcp"))).append(", ")
                    .append(one(List.of("open: true", "open: true", "allow: { networks: [127.0.0.1] }", "allow: { networks: [192.0.2.0/24] }", "allow: { entryPoints: [plain] }")))
                    .append(" }\n");
        }
        String allow = random.nextInt(5) == 0 ? ", allow: { networks: [192.0.2.0/24] }" : "";
        return yaml.append("destinations: { up: { addresses: [\"127.0.0.1:").append(sessions.port()).append("\"]").append(allow).append(" } }\n").toString();
    }

    private static String outcome(LogEvent line) {
        Object reason = line.values().get("reason");
        return reason == null ? line.values().get("route") + " to " + line.values().get("destination") : reason + ": " + line.values().get("detail");
    }

    private static String outcome(Explanation explanation) {
        return explanation.refusal() == null
                ? explanation.route() + " to " + explanation.to()
                : explanation.refusal().reason() + ": " + explanation.refusal().getMessage();
    }

    @Test
    void isWhatHappensToARealRequest() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), BEGINNING + """
                entryPoints:
                  plain: { namespaces: [embedded], hybridConnection: plain, mode: plain }
                  tunnel: { namespaces: [embedded], hybridConnection: tunnel }
                routes: [ { name: r, from: [plain, tunnel], protocol: web, to: up, open: true } ]
                destinations: { up: { addresses: [ "127.0.0.1:1" ] } }
                """);
        List<String> outcomes = new ArrayList<>();
        try (Plugins plugins = Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("work"), "0.1.0");
                Plugins ours = Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("ours"), "0.1.0");
                Gateway gateway = Gateway.start(file, plugins, _ -> {})) {
            String relay = "https://" + String.valueOf(gateway.addresses().get("relay")).replace("127.0.0.1", "localhost") + "/";
            for (int i = 0; i < CONFIGURATIONS; i++) {
                do {
                    Files.writeString(file, configuration());
                } while (!gateway.reload().isEmpty());
                GatewayConfig config = GatewayConfig.load(file, ours.protocols());
                String entryPoint = one(MODES);
                Explanation explanation = Explanation.of(config, new Explanation.Question(
                        entryPoint, InetAddress.ofLiteral("127.0.0.1"), null, null, null, null, null, null, List.of(), null, List.of(), true));
                int status = WebCall.get(URI.create(relay + entryPoint), folder.resolve("state/relay-ca.pem")).send(WayOut.straight(), Duration.ofSeconds(20), _ -> {}).head().status();
                String outcome = outcome(sessions.next());
                assertThat(outcome).as("%s at %s%n%s", entryPoint, Files.readString(file), explanation).isEqualTo(outcome(explanation));
                assertThat(status == 200).as("%s", explanation).isEqualTo(explanation.refusal() == null);
                outcomes.add(outcome);
            }
        }
        assertThat(outcomes.stream().filter(each -> each.endsWith(" to up"))).hasSizeGreaterThan(5);
        assertThat(String.join("\n", outcomes)).contains("and no HTTP requests: its protocol 'tcp'", "takes edges that it knows by their keys", "no route takes service",
                "NOT_ALLOWED: the source is in no network that the route allows", "destination up allows");
    }
}
