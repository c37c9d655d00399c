package io.relaygate.dist;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.relaygate.dist.AccessTable.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.text.ParseException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An edge with a relay, a site behind it, an issuer of tokens, and what they have on disk: all that the table needs. */
final class AccessWorld implements AutoCloseable {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final Path files;
    private final TestServer echo = TestServer.echo();
    private final TestTokens tokens = new TestTokens();
    private final Map<String, SSLContext> contexts = new HashMap<>();
    private final HttpsServer issuer;
    private final RelayGateProcess edge;
    private final RelayGateProcess site;

    /** Starts it. */
    AccessWorld() throws IOException {
        Path folder = Folders.fresh("access-table");
        files = Folders.create(folder.resolve("edge"));
        Programs.in(files).bash(AccessTable.text("files.sh"), Product.launcher().toString()).orFail();
        Folders.write(files.resolve("keys.json"), tokens.keys());
        PluginFile.add(PluginFile.folderWith(files.resolve("plugins"), "login", LoginPlugin.class), "naming", NamingPlugin.class);
        issuer = issuer();
        Map<String, String> known = new HashMap<>(Map.of(
                "echo", echo.address(),
                "echo-port", String.valueOf(echo.port()),
                "issuer", "https://127.0.0.1:" + issuer.getAddress().getPort(),
                "another-day", anotherDay(),
                "no-pin", "ed25519:" + "A".repeat(43),
                "edge-pin", identity("edge"),
                "site-pin", identity("site")));
        edge = RelayGateProcess.start(files, "run", filled("edge.yaml", known)).bound();
        known.put("relay", edge.address("relay").replace("127.0.0.1", "localhost"));
        known.put("relay-ca", edge.state().resolve("relay-ca.pem").toString());
        site = RelayGateProcess.start(folder.resolve("site"), "run", filled("site.yaml", known)).ready();
    }

    private static String filled(String file, Map<String, String> known) {
        String text = AccessTable.text(file);
        for (Map.Entry<String, String> each : known.entrySet()) {
            text = text.replace("@" + each.getKey() + "@", each.getValue());
        }
        return text;
    }

    /** One that does not begin or end within hours. */
    private static String anotherDay() {
        return LocalDate.now(ZoneOffset.UTC).plusDays(3).getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private String identity(String name) {
        return Product.run(files.resolveSibling(name), "identity", "--key", "relaygate-state/identity.pem").orFail().out().strip();
    }

    private HttpsServer issuer() throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls("web")));
        server.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(tokens.keys().getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        return server;
    }

    /** TLS of one who trusts the authority and has a certificate, or none if the name is empty. */
    SSLContext tls(String name) {
        return contexts.computeIfAbsent(name, _ -> {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(name.isEmpty() ? empty() : KeyStore.getInstance(files.resolve(name + ".p12").toFile(), PASSWORD), PASSWORD);
                KeyStore authority = empty();
                try (InputStream in = Files.newInputStream(files.resolve("ca.pem"))) {
                    authority.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
                }
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(authority);
                context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException | IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The port of an entry point, or of {@code echo} or {@code admin}. */
    int port(String name) {
        return name.equals("echo") ? echo.port() : processOf(name).port(name);
    }

    private RelayGateProcess processOf(String entryPoint) {
        return edge.addresses().containsKey(entryPoint) ? edge : site;
    }

    /** A text of the table with the ports in it. */
    String filled(String text) {
        String filled = text;
        for (String name : List.of("echo", "free", "admin")) {
            filled = filled.replace("{" + name + "}", String.valueOf(port(name)));
        }
        return filled;
    }

    /** A line that a client of {@link LoginPlugin} sends, for the words of the table. */
    String shown(String words) {
        List<String> all = List.of(words.split(" ", -1));
        return switch (all.getFirst()) {
            case "token" -> "token " + tokens.token(all.subList(1, all.size()));
            case "key", "certificate" -> all.get(0) + " " + all.get(1) + " "
                    + Folders.text(files.resolve(all.get(2) + ".pub")).split(" ", -1)[1] + " proven";
            case "code" -> all.get(2).equals("now") ? "code " + all.get(1) + " " + TestTokens.code() : words;
            default -> words;
        };
    }

    /**
     * What is told of a session so far, in the words of the table.
     *
     * @param source the client's address and port, as the gateway knows it where the row's client connects
     */
    List<String> told(Row row, String source) {
        RelayGateProcess here = processOf(row.entryPoint());
        List<Map<String, Object>> mine = records(here).filter(each -> source.equals(each.get("source"))).toList();
        if (!row.reason().startsWith("site: ")) {
            return mine.stream().map(AccessWorld::inWords).toList();
        }
        List<Object> sessions = mine.stream().map(each -> each.get("session")).toList();
        return records(site).filter(each -> sessions.contains(each.get("session"))).map(each -> "site: " + inWords(each)).toList();
    }

    /** Whether the audit has a session's end. */
    boolean hasEnded(Row row, String source) {
        return records(processOf(row.entryPoint()))
                .anyMatch(each -> source.equals(each.get("source")) && "session ended".equals(each.get("msg")));
    }

    private static Stream<Map<String, Object>> records(RelayGateProcess process) {
        String audit = Folders.text(process.configuration().resolveSibling("audit.jsonl"));
        return audit.lines().filter(line -> line.startsWith("{") && line.endsWith("}")).map(AccessWorld::parsed);
    }

    private static Map<String, Object> parsed(String line) {
        try {
            return JSONObjectUtils.parse(line);
        } catch (ParseException e) {
            throw new AssertionError(line, e);
        }
    }

    private static String inWords(Map<String, Object> record) {
        Object reason = record.get("reason");
        Object detail = record.get("detail");
        if ("login refused".equals(record.get("msg"))) {
            return String.valueOf(detail);
        }
        if (reason != null) {
            return reason + (detail == null ? "" : ": " + detail);
        }
        if ("DEADLINE".equals(record.get("ending"))) {
            return "DEADLINE: " + detail;
        }
        String proof = "none".equals(record.get("proof")) ? "" : " by " + record.get("proof");
        String groups = record.get("groups") instanceof List<?> all
                ? " in " + all.stream().map(String::valueOf).collect(Collectors.joining(","))
                : "";
        String asked = record.get("asked") == null ? "" : ", " + record.get("asked");
        return record.get("caller") + proof + groups + " to " + record.get("destination") + asked;
    }

    @Override
    public void close() {
        issuer.stop(0);
        Closing.all(site, edge, echo);
    }
}
