package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The product against a namespace in Azure, or any other relay: {@code mvn verify -Pazure -Drelaygate.azure=FILE}, which alone runs it. The
 * file, or the property itself, is a connection string whose key may send and listen, on a hybrid connection where nobody else listens: the one of
 * its EntityPath, or of {@code relaygate.azure.hybridConnection}. {@code relaygate.azure.caFile} is for relays with a certificate of their own.
 */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(NothingLeftBehind.class)
class AzureIT {

    private static final Pattern ENDPOINT = Pattern.compile("(?i)(Endpoint=sb://)([^/:;]+)(?::([0-9]+))?(/?)");
    private static final Pattern ENTITY = Pattern.compile("(?i)EntityPath=([^;]+)");

    private static Path folder;
    private static String connectionString;
    private static String hybridConnection;
    private static List<String> authorities;
    private static TestServer echo;
    private static HttpFiles web;

    @BeforeAll
    static void start() throws IOException {
        String given = System.getProperty("relaygate.azure");
        if (given == null || given.isBlank()) {
            throw new AssertionError("give a connection string, or a file that holds one: -Drelaygate.azure=...");
        }
        connectionString = given.contains("=") ? given : Files.readString(Path.of(given)).strip();
        Matcher entity = ENTITY.matcher(connectionString);
        String otherwise = entity.find() ? entity.group(1) : "relaygate-it";
        hybridConnection = System.getProperty("relaygate.azure.hybridConnection", otherwise);
        String caFile = System.getProperty("relaygate.azure.caFile");
        authorities = caFile == null ? List.of() : List.of("--ca-file", Path.of(caFile).toAbsolutePath().toString());
        folder = Folders.fresh("azure");
        keyed("probe", connectionString);
        echo = TestServer.echo();
        web = HttpFiles.start();
    }

    @AfterAll
    static void stop() {
        Closing.all(echo, web);
    }

    private static Path keyed(String name, String text) {
        Path own = Folders.create(folder.resolve(name));
        Folders.write(own.resolve("relay.txt"), text);
        Programs.in(own).bash("chmod 600 relay.txt").orFail();
        return own;
    }

    private static String namespace() {
        String caFile = authorities.isEmpty() ? "" : ", caFile: \"" + authorities.getLast() + "\"";
        return "namespaces: { azure: { connectionString: \"${file:relay.txt}\"" + caFile + " } }\n";
    }

    private static String siteYaml(String mode) {
        return namespace() + """
                entryPoints: { hub: { namespaces: [azure], hybridConnection: "%s", mode: %s } }
                routes:
                  - { name: echo, from: hub, service: echo, to: echo, open: true }
                  - { name: web, from: hub, service: web, protocol: http, to: web, open: true }
                destinations: { echo: { addresses: ["%s"] }, web: { addresses: ["%s"] } }
                """.formatted(hybridConnection, mode, echo.address(), web.address());
    }

    private static String edgeYaml(String mode) {
        return namespace() + """
                sites: { there: { namespaces: [azure], hybridConnection: "%s", services: [echo, web], mode: %s } }
                forwards:
                  echo: { listen: "127.0.0.1:0", to: there/echo }
                  web: { listen: "127.0.0.1:0", to: there/web }
                """.formatted(hybridConnection, mode);
    }

    /** Azure is slower than a relay on this machine to notice who has come and gone. */
    private static void exchanges(TestClient client, int bytes) throws IOException {
        client.socket().setSoTimeout((int) Duration.ofMinutes(2).toMillis());
        client.exchange(bytes);
    }

    /** First, since nobody else may listen. */
    @Test
    @Order(1)
    void theProbeWritesDownWhatTheRelayDoes() {
        List<String> words = new ArrayList<>(List.of("relay", "probe", "--connection-string-file", "relay.txt", "--hybrid-connection", hybridConnection,
                "--output", "azure-probe.md"));
        words.addAll(authorities);
        Programs.Ended ended = Product.run(folder.resolve("probe"), words.toArray(String[]::new)).orFail();
        assertThat(ended.out()).contains(" as expected, ").doesNotContain("others listen");
        assertThat(Folders.text(folder.resolve("probe/azure-probe.md"))).contains("**half-close**");
    }

    @Test
    @Order(2)
    void plainSessionsReachTheService() throws IOException {
        try (RelayGateProcess site = RelayGateProcess.start(keyed("plain-site", connectionString), "run", siteYaml("plain"));
                RelayGateProcess edge = RelayGateProcess.start(keyed("plain-edge", connectionString), "run", edgeYaml("plain"))) {
            site.ready();
            edge.ready();
            try (TestClient client = TestClient.connect(edge.port("echo"))) {
                exchanges(client, 1);
                exchanges(client, 200_000);
                assertThat(client.finish()).isEmpty();
            }
        }
    }

    @Test
    @Order(3)
    void sessionsInATunnelReachServicesAndOutliveACut() throws IOException {
        Matcher endpoint = ENDPOINT.matcher(connectionString);
        assertThat(endpoint.find()).as("the connection string has an Endpoint").isTrue();
        String host = endpoint.group(2);
        int port = endpoint.group(3) == null ? 443 : Integer.parseInt(endpoint.group(3));
        try (CuttableWire wire = CuttableWire.to(host, port);
                RelayGateProcess site = RelayGateProcess.start(keyed("site", connectionString), "run", siteYaml("tunnel"))) {
            // The edge finds the relay by its own name, whose certificate it checks, at the wire.
            String through = endpoint.replaceFirst("$1$2:" + wire.port() + "$4");
            Path hosts = Folders.write(folder.resolve("hosts"), "127.0.0.1 " + host + "\n");
            Map<String, String> environment = Map.of("RELAYGATE_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts);
            try (RelayGateProcess edge = RelayGateProcess.start(keyed("edge", through), "run", edgeYaml("tunnel"), environment)) {
                site.ready();
                edge.ready();
                try (TestClient client = TestClient.connect(edge.port("echo"))) {
                    exchanges(client, 100_000);
                    try (InputStream page = URI.create("http://127.0.0.1:" + edge.port("web") + "/300000").toURL().openStream()) {
                        assertThat(page.readAllBytes()).hasSize(300_000);
                    }
                    assertThat(wire.cut()).as("connections cut").isPositive();
                    exchanges(client, 100_000);
                    assertThat(client.finish()).isEmpty();
                }
                connects();
            }
        }
    }

    /** Over the site of the test before. */
    private static void connects() throws IOException {
        List<String> words = new ArrayList<>(Product.command(
                "connect", hybridConnection + "/echo", "--connection-string-file", "relay.txt", "--listen", "127.0.0.1:0"));
        words.addAll(authorities);
        try (Child forwarder = Child.start("connect", folder.resolve("probe"), Map.of(), words)) {
            Pattern ready = Pattern.compile("relaygate is ready: \\S+ at 127\\.0\\.0\\.1:([0-9]+)\n");
            Awaitility.await().atMost(Duration.ofSeconds(60)).failFast("it ended", () -> !forwarder.alive()).until(() -> ready.matcher(forwarder.out()).matches());
            Matcher found = ready.matcher(forwarder.out());
            assertThat(found.matches()).isTrue();
            try (TestClient client = TestClient.connect(Integer.parseInt(found.group(1)))) {
                exchanges(client, 100_000);
            }
        }
    }
}
