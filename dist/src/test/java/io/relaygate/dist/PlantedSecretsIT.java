package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Secrets that can be told from everything else are given to a relay, a site and an edge; then everything is done that
 * makes them talk, and no secret may be in what they have said, in any of its forms.
 */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class PlantedSecretsIT {

    private static final String ANOTHER_KEY = "planted-wrong-key-6e1f0c7d";
    private static final String PASSWORD = "planted-password-93be21aa";

    /** What was planted, by what it is. */
    private final Map<String, String> secrets = new LinkedHashMap<>();

    /** What was said, by where. */
    private final Map<String, String> said = new LinkedHashMap<>();

    @Test
    void areInNothingThatTheProductSays() throws Exception {
        try (TestServer echo = TestServer.echo();
                ThreeProcesses gateways = ThreeProcesses.tunnel(
                        "planted", Map.of("echo", echo.address(), "down", TestServer.refusing(), "measure", echo.address()))) {
            List<RelayGateProcess> all = List.of(gateways.relay(), gateways.site(), gateways.edge());
            secrets.put("edge's key", ThreeProcesses.EDGE_KEY);
            secrets.put("site's key", ThreeProcesses.SITE_KEY);
            secrets.put("wrong key", ANOTHER_KEY);
            secrets.put("password", PASSWORD);
            for (RelayGateProcess each : all) {
                secrets.put("admin token of " + each.state(), Folders.text(each.state().resolve("admin.token")).strip());
            }
            audited(gateways);
            sessions(gateways);
            wrongKeys(gateways);
            vaultedKeys(gateways);
            rotatedKeys();
            commands(gateways);
            wrongFiles(gateways.edge().configuration().resolveSibling("wrong"));
            for (RelayGateProcess each : all) {
                collect(each);
            }
        }
        assertThat(said.values().stream().mapToInt(String::length).sum()).as("something was said").isGreaterThan(20_000);
        assertThat(said).as("all that was asked for").containsKeys("check", "status", "bench", "audit.jsonl");
        assertThat(said.get("audit.jsonl")).contains("\"msg\":\"access\"", "\"ending\":\"REFUSED\"");
        said.forEach((where, text) -> secrets.forEach((what, secret) -> assertThat(forms(secret).stream().filter(text::contains))
                .as("the %s is in %s", what, where)
                .isEmpty()));
    }

    /** The edge starts anew with an audit file, TLS at a port, a token for a relay, and everything told. */
    private void audited(ThreeProcesses gateways) throws IOException {
        RelayGateProcess edge = gateways.edge();
        Path folder = edge.configuration().resolveSibling("");
        Programs.in(folder).bash("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=in -keyout tls.key -out tls.pem 2>/dev/null")
                .orFail();
        Files.readAllLines(folder.resolve("tls.key")).stream().filter(line -> line.length() == 64).limit(20)
                .forEach(line -> secrets.put("TLS key, " + line.substring(0, 4), line));
        String token = SasTokens.sign("site-oslo", "edge", ANOTHER_KEY, Instant.now().plusSeconds(3600));
        secrets.put("signature of a token", token.replaceFirst(".*&sig=([^&]+)&.*", "$1"));
        Folders.write(folder.resolve("dead.sas"), token);
        edge.child().stop("TERM");
        edge.configure(gateways.edgeYaml("""
                        audit: { file: audit.jsonl }
                        log: { level: debug, format: json }
                        """)
                .replace("namespaces:\n", "namespaces:\n  dead: { endpoint: \"" + endpoint(gateways) + "\", caFile: \"" + gateways.caFile()
                        + "\", credential: { sas: \"${file:dead.sas}\" } }\n")
                .replace("sites: {", "sites: { lima: { namespaces: [dead], hybridConnection: site-oslo, services: [x] },")
                .replace("entryPoints:\n", "entryPoints:\n  tls: { listen: \"127.0.0.1:0\", tls: { certificates: [ { certificate: tls.pem, key: tls.key } ] } }\n"
                        + "  lima: { listen: \"127.0.0.1:0\" }\n")
                .replace("routes:\n", "routes:\n  - { name: tls, from: tls, to: oslo/echo, open: true }\n"
                        + "  - { name: lima, from: lima, to: lima/x, open: true }\n"));
        edge.startAgain();
        edge.ready();
    }

    private static String endpoint(ThreeProcesses gateways) {
        return "sb://localhost:" + gateways.relay().port("relay") + "/";
    }

    private void sessions(ThreeProcesses gateways) throws IOException {
        try (TestClient client = TestClient.connect(gateways.port("echo"))) {
            client.send(PASSWORD);
            assertThat(client.finish()).isEqualTo(PASSWORD);
        }
        for (String port : List.of("down", "lima")) {
            try (TestClient client = TestClient.connect(gateways.port(port))) {
                assertThatThrownBy(() -> {
                            client.send(PASSWORD);
                            client.rest();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
        // A client that speaks no TLS, and says a password to a port that wants it.
        try (TestClient client = TestClient.connect(gateways.port("tls"))) {
            client.send(PASSWORD + "\r\n");
            assertThat(client).isNotNull();
        }
        Path audit = gateways.edge().configuration().resolveSibling("audit.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(
                () -> Folders.text(audit).lines().filter(line -> line.contains("session ended")).count() >= 3);
    }

    /** A site whose key is in a vault: the wrong one at first, and then the right one. */
    private void vaultedKeys(ThreeProcesses gateways) throws IOException {
        try (LocalVault vault = new LocalVault()) {
            vault.secret(ANOTHER_KEY);
            secrets.put("token for the vault", LocalVault.TOKEN);
            // The header for the identity is not among them: Azure itself puts it into the environment, which is looked at.
            secrets.put("token for the relay", LocalVault.ENTRA_TOKEN);
            secrets.put("secret of the application", LocalVault.CLIENT_SECRET);
            Path folder = Folders.fresh("planted-vault");
            Folders.write(folder.resolve("client.secret"), LocalVault.CLIENT_SECRET);
            Folders.write(folder.resolve("wrong.secret"), ANOTHER_KEY);
            // The relay knows keys alone: it sees tokens of Microsoft Entra, and refuses them.
            String yaml = "log: { level: debug }\nkeyVault: { credential: { managedIdentity: system }, refresh: 100ms }\n"
                    + gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${keyvault:" + vault.address() + "}\" }")
                            .replace("namespaces: { own:", "namespaces: { " + identity(gateways, "who", vault.application("client.secret")) + ", "
                                    + identity(gateways, "nobody", vault.application("wrong.secret")) + ", own:")
                            .replace("namespaces: [own]", "namespaces: [own, who, nobody]");
            try (RelayGateProcess site = RelayGateProcess.start(folder, "run", yaml, vault.environment()).bound()) {
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> site.child().told().contains("Azure Relay Listener")
                        && site.child().told().contains("AADSTS7000215"));
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> site.admin("/readyz").body().contains("401"));
                vault.secret(ThreeProcesses.SITE_KEY);
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> site.admin("/readyz").status() == 200);
                secrets.put("admin token of the site with the vault", Folders.text(site.state().resolve("admin.token")).strip());
                collect(site);
            }
        }
    }

    private static String identity(ThreeProcesses gateways, String name, String credential) {
        return name + ": { endpoint: \"" + endpoint(gateways) + "\", caFile: \"" + gateways.caFile() + "\", credential: { " + credential + " } }";
    }

    /** A relay whose senders' key is in a vault: from the moment that it is another, the old one is worth nothing. */
    private void rotatedKeys() throws IOException {
        try (LocalVault vault = new LocalVault()) {
            vault.secret(ThreeProcesses.EDGE_KEY);
            String yaml = """
                    keyVault: { credential: { managedIdentity: system }, refresh: 100ms }
                    relay: { listen: "127.0.0.1:0", hybridConnections: { site-oslo: { keys: {
                      edge: { rights: [send], primary: "${keyvault:%s}" } } } } }
                    """.formatted(vault.address());
            try (RelayGateProcess relay = RelayGateProcess.start(Folders.fresh("planted-relay"), "relay", yaml, vault.environment()).ready()) {
                assertThat(asked(relay, ThreeProcesses.EDGE_KEY)).startsWith("404 ");
                assertThat(asked(relay, ANOTHER_KEY)).startsWith("401 ");
                vault.secret(ANOTHER_KEY);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> asked(relay, ANOTHER_KEY).startsWith("404 "));
                assertThat(asked(relay, ThreeProcesses.EDGE_KEY)).startsWith("401 ");
                secrets.put("admin token of the relay with the vault", Folders.text(relay.state().resolve("admin.token")).strip());
                collect(relay);
            }
        }
    }

    /** What a relay says to a sender with a key; nobody listens. */
    private static String asked(RelayGateProcess relay, String key) {
        String token = URLEncoder.encode(SasTokens.sign("site-oslo", "edge", key, Instant.now().plusSeconds(600)), StandardCharsets.UTF_8);
        return Programs.in(relay.state()).bash("curl -sk --http1.1 -w '%{http_code} ' -o /dev/null -H 'Connection: Upgrade' -H 'Upgrade: websocket'"
                        + " -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' 'https://localhost:"
                        + relay.port("relay") + "/$hc/site-oslo?sb-hc-action=connect&sb-hc-token=" + token + "'")
                .out();
    }

    private void wrongKeys(ThreeProcesses gateways) {
        Path folder = Folders.fresh("planted-stranger");
        Folders.write(folder.resolve("site.key"), ANOTHER_KEY);
        String yaml = gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }");
        try (RelayGateProcess stranger = RelayGateProcess.start(folder, "run", yaml).bound()) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> stranger.admin("/readyz").body().contains("401"));
            secrets.put("admin token of the stranger", Folders.text(stranger.state().resolve("admin.token")).strip());
            collect(stranger);
        }
    }

    private void commands(ThreeProcesses gateways) {
        Path edge = gateways.edge().configuration();
        String file = edge.toString();
        keep("check", Product.run(edge.resolveSibling(""), "check", "-c", file));
        keep("status", Product.run(edge.resolveSibling(""), "status", "-c", file));
        keep("bench", Product.run(edge.resolveSibling(""), "bench", "-c", file, "oslo/echo"));
        keep("explain", Product.run(edge.resolveSibling(""), "explain", "-c", file, "--entry-point", "echo"));
        keep("reload", Product.run(edge.resolveSibling(""), "reload", "-c", file).orFail());
        keep("status of the site", Product.run(edge.resolveSibling(""), "status", "-c", gateways.site().configuration().toString()).orFail());
        keep("a token explained", Product.run(edge.resolveSibling(""), "token", "explain", "--key-file", "edge.key"));
        said.put("401", Http.get(gateways.edge().adminUrl("/plugins"), "wrong").toString());
    }

    /** Secrets where they do not belong. */
    private void wrongFiles(Path folder) {
        Folders.write(folder.resolve("connection.txt"), "Endpoint=sb://x.example.com/;SharedAccessKeyName=a;SharedAccessKey=" + ANOTHER_KEY + ";What=" + PASSWORD);
        Folders.write(folder.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n" + PASSWORD + "\n-----END PRIVATE KEY-----\n");
        String file = Folders.write(folder.resolve("wrong.yaml"), """
                namespaces:
                  a: { endpoint: "sb://x.example.com/", credential: { sasKeyName: a, sasKey: "%1$s" } }
                  b: { connectionString: "${file:connection.txt}" }
                  c: { connectionString: "Endpoint=sb://x.example.com/;SharedAccessKeyName=a;SharedAccessKey=%1$s" }
                  d: { endpoint: "sb://x.example.com/", credential: { sas: "${file:connection.txt}" } }
                sites: { oslo: { namespaces: [a, b, c, d], hybridConnection: h, services: [s] } }
                entryPoints: { in: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: key.pem, key: key.pem } ] } } }
                routes: [ { name: r, from: in, to: oslo/s, open: true } ]
                """.formatted(ANOTHER_KEY)).toString();
        for (String command : List.of("check", "run")) {
            Programs.Ended ended = Product.run(folder, command, "-c", file);
            assertThat(ended.code()).as("%s", ended).isEqualTo(78);
            assertThat(ended.err()).contains("namespaces.a", "namespaces.b", "namespaces.c", "entryPoints.in.tls");
            keep(command + " of a wrong file", ended);
        }
    }

    private void keep(String what, Programs.Ended ended) {
        said.put(what, ended.out() + ended.err());
    }

    /** All that a process shows to others: what it has said, its metrics, its audit, its command line and environment. */
    private void collect(RelayGateProcess process) {
        String name = process.state().resolveSibling("").toString();
        said.put("output of " + name, process.child().told());
        for (String path : List.of("/metrics", "/status", "/readyz", "/plugins", "/addresses")) {
            said.put(path + " of " + name, process.admin(path).body());
        }
        said.put("addresses.json of " + name, Folders.text(process.state().resolve("addresses.json")));
        Path audit = process.configuration().resolveSibling("audit.jsonl");
        if (Files.exists(audit)) {
            said.put("audit.jsonl", Folders.text(audit));
        }
        List<Long> pids = new ArrayList<>(List.of(process.child().pid()));
        ProcessHandle.of(process.child().pid()).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid).forEach(pids::add);
        for (long pid : pids) {
            for (String shown : List.of("cmdline", "environ")) {
                String text = Folders.text(Path.of("/proc", Long.toString(pid), shown));
                assertThat(text).as("%s of %s", shown, pid).isNotEmpty();
                said.put(shown + " of " + pid + ", " + name, text);
            }
        }
    }

    /** How a secret may look. */
    private static List<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        return Stream.of(
                        secret,
                        secret.substring(0, secret.length() * 2 / 3),
                        base64,
                        // The same within a longer text, where it may begin at any of three bits.
                        Base64.getEncoder().withoutPadding().encodeToString((" " + secret).getBytes(StandardCharsets.UTF_8)).substring(2, base64.length() - 2),
                        Base64.getEncoder().withoutPadding().encodeToString(("  " + secret).getBytes(StandardCharsets.UTF_8)).substring(3, base64.length() - 2),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        URLEncoder.encode(base64, StandardCharsets.UTF_8),
                        HexFormat.of().formatHex(bytes))
                .distinct()
                .toList();
    }
}
