package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.TestHello;
import io.relaygate.observe.LogEvent;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is explained is what happens: random configurations, and random clients who really come. */
@Timeout(180)
class ExplanationTest {

    private static final int CONFIGURATIONS = 140;
    private static final int CLIENTS = 5;
    private static final List<String> ENTRY_POINTS = List.of("a", "b", "c");
    private static final List<String> SERVER_NAMES = List.of("one.example", "two.example", "one.test");
    private static final List<String> PATTERNS = List.of("one.example", "two.example", "*.example", "one.*");
    private static final List<String> NETWORKS = List.of("127.0.0.1", "127.0.0.2/31", "127.0.0.4/30", "127.0.0.0/29", "\"::1\"");

    private static final List<String> PROTOCOLS = List.of("h2", "http/1.1");
    private static final List<String> NAMES = List.of("alice", "bob", "\"*e\"");
    private static final List<String> GROUPS = List.of("ops", "dev");
    private static final List<String> HOURS = List.of("00:00-24:00", "mon-wed 00:00-24:00", "thu-sun 00:00-24:00");
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "localhost", "LocalHost", "169.254.169.254");

    /** What refusals say, by which each rule is known to have been met. */
    private static final List<String> REFUSALS = List.of(
            "(sources.allow)", "(sources.deny)", ".networks)", ".entryPoints)", ".times)", ".callers)", ".groups)", "(destinations.up.allow",
            "has vouched in this session for anybody", "nothing that destination", "in no network that destination", "does not list it",
            "must name a host", "no route of entry point");

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private ExplainedSessions sessions;

    /** The name that the client of the present question says it has. */
    private @Nullable String callsAs;

    @BeforeEach
    void listens() throws IOException {
        ExplainedProtocol.write(folder);
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
            of.stream().filter(each -> random.nextInt(3) == 0).forEach(some::add);
        }
        return some.toString();
    }

    /** What somebody may be allowed by; callers and groups where they can prove who they are. */
    private String allow(boolean asks) {
        List<String> lists = new ArrayList<>();
        while (lists.isEmpty()) {
            maybe(lists, 2, "networks: " + some(NETWORKS));
            maybe(lists, 6, "entryPoints: " + some(ENTRY_POINTS));
            maybe(lists, 4, "times: [" + one(HOURS) + "]");
            maybe(lists, asks ? 3 : 0, "callers: " + some(NAMES));
            maybe(lists, asks ? 3 : 0, "groups: " + some(GROUPS));
        }
        return "allow: { " + String.join(", ", lists) + " }";
    }

    /** Adds it once in so many times; 0 is never. */
    private void maybe(List<String> lists, int once, String text) {
        if (once > 0 && random.nextInt(once) == 0) {
            lists.add(text);
        }
    }

    /** The last one takes the rest, so that every name is used. */
    private String routes() {
        StringBuilder routes = new StringBuilder();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            routes.append(route(i, some(ENTRY_POINTS), one(List.of("up", "up", "down"))));
        }
        String missing = routes.indexOf("to: up") < 0 ? "up" : "down";
        return routes + route(count, ENTRY_POINTS.toString(), missing);
    }

    private String route(int number, String from, String to) {
        boolean asks = random.nextInt(3) == 0;
        List<String> when = new ArrayList<>();
        maybe(when, 2, "sni: \"" + one(PATTERNS) + "\"");
        maybe(when, 4, "alpn: " + some(PROTOCOLS));
        return "  - { name: r" + number + ", from: " + from
                + (when.isEmpty() ? "" : ", when: { " + String.join(", ", when) + " }")
                + ", to: " + to
                + (asks ? ", identityProviders: [people]" : "")
                + (random.nextInt(3) == 0 ? ", open: true" : ", " + allow(asks)) + " }\n";
    }

    private String permit() {
        List<String> rules = new ArrayList<>();
        while (rules.isEmpty()) {
            maybe(rules, 2, "{ hosts: [localhost], ports: [" + sessions.port() + "] }");
            maybe(rules, 2, "{ hosts: [\"*\"], networks: [127.0.0.1, \"::1\"], ports: [1, " + sessions.port() + "] }");
            maybe(rules, 2, "{ networks: [" + one(List.of("127.0.0.1", "127.0.0.0/8", "0.0.0.0/0")) + "], ports: [1-65535] }");
        }
        return "permit: [" + String.join(", ", rules) + "]";
    }

    private String configuration() {
        String routes = routes();
        boolean asks = routes.contains("people");
        StringBuilder yaml = new StringBuilder("stateDir: state\n")
                .append(asks ? "identityProviders: { people: { publicKeys: { file: keys } } }\n" : "")
                .append("entryPoints:\n");
        for (String name : ENTRY_POINTS) {
            yaml.append("  ").append(name).append(": { listen: \"127.0.0.1:0\"").append(switch (random.nextInt(8)) {
                case 0 -> ", sources: { allow: " + some(NETWORKS) + " }";
                case 1 -> ", sources: { deny: " + some(NETWORKS) + " }";
                default -> "";
            }).append(" }\n");
        }
        List<String> up = new ArrayList<>();
        maybe(up, 3, permit());
        if (up.isEmpty() || random.nextInt(4) > 0) {
            up.add("addresses: [\"127.0.0.1:" + sessions.port() + "\"]");
        }
        maybe(up, 3, allow(asks));
        return yaml.append("routes:\n").append(routes)
                .append("destinations:\n  up: { ").append(String.join(", ", up))
                .append(" }\n  down: { addresses: [\"127.0.0.1:1\"] }\n").toString();
    }

    private Explanation.Question question() {
        String serverName = random.nextInt(4) == 0 ? null : one(SERVER_NAMES);
        String name = random.nextInt(3) == 0 ? null : one(ExplainedProtocol.names());
        callsAs = name;
        return new Explanation.Question(
                one(ENTRY_POINTS),
                InetAddress.ofLiteral("127.0.0." + (1 + random.nextInt(9))),
                serverName,
                null,
                null,
                null,
                random.nextInt(3) > 0 ? null : HostPort.parse(one(HOSTS) + ":" + (random.nextInt(5) == 0 ? 1 : sessions.port())),
                ExplainedProtocol.login(name),
                serverName == null ? List.of() : one(List.of(List.<String>of(), List.of("h2"), List.of("http/1.1", "h2"))),
                null,
                List.of(),
                false);
    }

    /** What is known of a session that has ended; a destination that is down is not known to an explanation. */
    private static Map<String, String> observed(LogEvent line) {
        Map<String, String> known = new TreeMap<>();
        for (String key : List.of("entryPoint", "route", "destination", "reason", "detail")) {
            Object value = line.values().get(key);
            if (value != null) {
                known.put(key, value.toString());
            }
        }
        if ("UNREACHABLE".equals(known.get("reason"))) {
            known.remove("reason");
            known.remove("detail");
        } else if (!known.containsKey("reason")) {
            known.remove("detail");
        } else {
            known.remove("route");
            known.remove("destination");
        }
        return known;
    }

    private static Map<String, String> explained(Explanation explanation, String entryPoint) {
        Map<String, String> known = new TreeMap<>(Map.of("entryPoint", entryPoint));
        RefusedException refusal = explanation.refusal();
        if (refusal != null) {
            known.put("reason", refusal.reason().name());
            known.put("detail", String.valueOf(refusal.getMessage()));
            return known;
        }
        known.put("route", String.valueOf(explanation.route()));
        known.put("destination", String.valueOf(explanation.to()));
        return known;
    }

    private byte[] firstBytes(Explanation.Question question) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String serverName = question.serverName();
        bytes.writeBytes(serverName == null ? new byte[] {'x'} : TestHello.of(serverName, question.alpn().toArray(String[]::new)));
        bytes.writeBytes(ExplainedProtocol.words(callsAs, question.asked()));
        return bytes.toByteArray();
    }

    private LogEvent call(Gateway gateway, Explanation.Question question) throws Exception {
        try (Socket socket = ExplainedSessions.client(gateway, question)) {
            socket.getOutputStream().write(firstBytes(question));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // Refused, and reset perhaps before connect had returned: the system tells that as a connect that failed.
        }
        return sessions.next();
    }

    @Test
    void isWhatHappensToARealClient() throws Exception {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, "stateDir: state\nentryPoints: { a: { listen: \"127.0.0.1:0\" } }\n"
                + "routes: [ { name: r, from: a, to: up, open: true } ]\ndestinations: { up: { addresses: [ \"127.0.0.1:1\" ] } }\n");
        Files.createDirectory(folder.resolve("ours"));
        List<String> refusals = new ArrayList<>();
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
                    Explanation.Question question = question();
                    Explanation explanation = Explanation.of(config, question);
                    assertThat(observed(call(gateway, question)))
                            .as("%s%n%s%n%s", Files.readString(file), question, explanation)
                            .isEqualTo(explained(explanation, question.entryPoint()));
                    if (explanation.refusal() == null) {
                        passed++;
                    } else {
                        refusals.add(String.valueOf(explanation.refusal().getMessage()));
                    }
                }
            }
        }
        assertThat(passed).isGreaterThan(100);
        assertThat(REFUSALS).allSatisfy(each -> assertThat(String.join("\n", refusals)).contains(each));
    }
}
