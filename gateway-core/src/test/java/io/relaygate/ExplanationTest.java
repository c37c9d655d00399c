package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.TestHello;
import io.relaygate.observe.LogEvent;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.observe.SessionEnd;
import io.relaygate.plugin.PluginJar;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is explained is what happens: random configurations, and random clients who really come. */
@Timeout(180)
class ExplanationTest {

    private static final int CONFIGURATIONS = 200;
    private static final int CLIENTS = 5;
    private static final List<String> ENTRY_POINTS = List.of("a", "b", "c");
    private static final List<String> SERVER_NAMES = List.of("one.example", "two.example", "one.test");
    private static final List<String> PATTERNS = List.of("one.example", "two.example", "*.example", "one.*");
    private static final List<String> NETWORKS = List.of("127.0.0.1", "127.0.0.2/31", "127.0.0.4/30", "127.0.0.0/29", "::1");

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private final BlockingQueue<LogEvent> audit = new LinkedBlockingQueue<>();
    private ServerSocket server;

    @BeforeEach
    void listens() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        PluginJar.of("tcp", "session.forward(session.facts().to())").to(folder.resolve("plugins/tcp.jar"));
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
        Logging.configure(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.ERROR), OutputStream.nullOutputStream(), false);
        Logging.watch(event -> {
            if (event.logger().equals(SessionEnd.LOGGER)) {
                audit.add(event);
            }
        });
    }

    @AfterEach
    void restoresTheLog() throws IOException {
        server.close();
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    /** Whoever comes through is sent away again. */
    private void accept() {
        while (!server.isClosed()) {
            try {
                server.accept().close();
            } catch (IOException e) {
                // It is closed, or the client has left.
            }
        }
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

    private String configuration() {
        StringBuilder yaml = new StringBuilder("stateDir: state\nentryPoints:\n");
        for (String name : ENTRY_POINTS) {
            yaml.append("  ").append(name).append(": { listen: \"127.0.0.1:0\"").append(switch (random.nextInt(4)) {
                case 0 -> ", sources: { allow: " + some(NETWORKS) + " }";
                case 1 -> ", sources: { deny: " + some(NETWORKS) + " }";
                default -> "";
            }).append(" }\n");
        }
        yaml.append("routes:\n");
        int routes = 1 + random.nextInt(5);
        for (int i = 0; i < routes; i++) {
            yaml.append("  - { name: r").append(i).append(", from: ").append(some(ENTRY_POINTS))
                    .append(random.nextInt(3) > 0 ? ", when: { sni: \"" + one(PATTERNS) + "\" }" : "")
                    .append(", to: ").append(one(List.of("up", "down")))
                    .append(random.nextBoolean() ? ", open: true" : ", allow: { networks: " + some(NETWORKS) + " }")
                    .append(" }\n");
        }
        return yaml.append("destinations:\n  up: { addresses: [\"127.0.0.1:").append(server.getLocalPort())
                .append("\"]").append(random.nextInt(3) > 0 ? "" : ", allow: { networks: " + some(NETWORKS) + " }")
                .append(" }\n  down: { addresses: [\"127.0.0.1:1\"] }\n").toString();
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

    private static byte[] firstBytes(@Nullable String serverName) throws Exception {
        return serverName == null ? new byte[] {'x'} : TestHello.of(serverName);
    }

    private LogEvent call(Gateway gateway, Explanation.Question question) throws Exception {
        String address = String.valueOf(gateway.addresses().get(question.entryPoint()));
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(question.from(), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            try {
                socket.getOutputStream().write(firstBytes(question.serverName()));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // Refused.
            }
        }
        return Objects.requireNonNull(audit.poll(20, TimeUnit.SECONDS), "the session has not ended");
    }

    @Test
    void isWhatHappensToARealClient() throws Exception {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, "stateDir: state\nentryPoints: { a: { listen: \"127.0.0.1:0\" } }\n"
                + "routes: [ { name: r, from: a, to: up, open: true } ]\ndestinations: { up: { addresses: [ \"127.0.0.1:1\" ] } }\n");
        Files.createDirectories(folder.resolve("work"));
        int refused = 0;
        int passed = 0;
        try (Plugins plugins = Plugins.load(folder.resolve("plugins"), folder.resolve("work"), "0.1.0");
                Gateway gateway = Gateway.start(file, plugins, _ -> {})) {
            for (int i = 0; i < CONFIGURATIONS; i++) {
                do {
                    Files.writeString(file, configuration());
                } while (!gateway.reload().isEmpty());
                GatewayConfig config = GatewayConfig.load(file, plugins.protocols());
                for (int j = 0; j < CLIENTS; j++) {
                    Explanation.Question question = new Explanation.Question(
                            one(ENTRY_POINTS),
                            InetAddress.ofLiteral("127.0.0." + (1 + random.nextInt(9))),
                            random.nextInt(4) == 0 ? null : one(SERVER_NAMES),
                            null,
                            null);
                    Explanation explanation = Explanation.of(config, question);
                    assertThat(observed(call(gateway, question)))
                            .as("%s%n%s%n%s", Files.readString(file), question, explanation)
                            .isEqualTo(explained(explanation, question.entryPoint()));
                    if (explanation.refusal() == null) {
                        passed++;
                    } else {
                        refused++;
                    }
                }
            }
        }
        assertThat(passed).isGreaterThan(200);
        assertThat(refused).isGreaterThan(200);
    }
}
