package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.tds.FakeSqlServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three SQL Servers at each of two sites behind one port of an edge: by the name in TLS, and, on a second port where TLS ends, by name and database. */
@Timeout(240)
@ExtendWith(NothingLeftBehind.class)
class SqlServersOfSitesIT {

    private static final List<String> SITES = List.of("oslo", "lima");

    /** The services of a site, and what their servers can do about TLS. */
    private static final Map<String, FakeSqlServer.Tls> SERVICES = new LinkedHashMap<>();

    static {
        SERVICES.put("orders", FakeSqlServer.Tls.FORCED);
        SERVICES.put("crm", FakeSqlServer.Tls.OPTIONAL);
        SERVICES.put("vault", FakeSqlServer.Tls.STRICT);
    }

    private static final List<FakeSqlServer> SERVERS = new ArrayList<>();
    private static final Map<String, RelayGateProcess> GATEWAYS = new LinkedHashMap<>();
    private static Path folder;
    private static RelayGateProcess edge;

    @BeforeAll
    static void start() throws Exception {
        Interop.require("openssl");
        folder = Folders.fresh("sql-servers-of-sites");
        Programs.in(folder).bash("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -subj /CN=Authority -days 30 -out ca.pem
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout sql.key -subj /CN=sql -out sql.csr
                openssl x509 -req -in sql.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out sql.crt \\
                    -extfile <(echo "subjectAltName=DNS:*.oslo.sql.example,DNS:*.lima.sql.example")
                chmod 600 sql.key
                openssl pkcs12 -export -in sql.crt -inkey sql.key -out sql.p12 -passout pass:changeit
                keytool -importcert -noprompt -alias ca -file ca.pem -keystore trust.p12 -storetype PKCS12 -storepass changeit
                """).orFail();
        Folders.write(folder.resolve("hosts"), SITES.stream()
                .flatMap(site -> Stream.concat(SERVICES.keySet().stream(), Stream.of("any")).map(name -> "127.0.0.1 " + name + "." + site + ".sql.example\n"))
                .collect(Collectors.joining()));
        edge = RelayGateProcess.start(keys("edge"), "run", edgeYaml()).bound();
        SSLContext context = Pkcs12.context(folder.resolve("sql.p12"));
        for (String site : SITES) {
            Map<String, FakeSqlServer> servers = new LinkedHashMap<>();
            for (Map.Entry<String, FakeSqlServer.Tls> service : SERVICES.entrySet()) {
                FakeSqlServer server = new FakeSqlServer(site + "-" + service.getKey(), service.getValue(), context);
                SERVERS.add(server);
                servers.put(service.getKey(), server);
            }
            GATEWAYS.put(site, RelayGateProcess.start(keys(site), "run", siteYaml(site, servers)));
        }
        GATEWAYS.values().forEach(RelayGateProcess::ready);
        edge.ready();
    }

    @AfterAll
    static void stop() throws IOException {
        GATEWAYS.values().forEach(RelayGateProcess::close);
        Closing.all(edge);
        for (FakeSqlServer server : SERVERS) {
            server.close();
        }
    }

    private static Path keys(String process) {
        Path own = Folders.create(folder.resolve(process));
        Folders.write(own.resolve("site.key"), ThreeProcesses.SITE_KEY);
        return own;
    }

    private static String edgeYaml() {
        String hub = "%s: { keys: { site: { rights: [listen], primary: \"${file:site.key}\" } } }";
        String ending = SITES.stream().flatMap(site -> SERVICES.entrySet().stream().map(service -> """
                        - { name: "*.%1$s.sql.example", database: %2$s, to: %1$s/%2$s, tls: { mode: %3$s, name: %2$s.%1$s.sql.example, trust: { caFile: "%4$s/ca.pem" } } }
                """.formatted(site, service.getKey(), service.getValue() == FakeSqlServer.Tls.STRICT ? "strict" : "tds7", folder)))
                .collect(Collectors.joining());
        return """
                relay: { listen: "127.0.0.1:0", cadence: 500ms, hybridConnections: { %1$s } }
                siteDefaults: { namespaces: [embedded], hybridConnection: "{site}", services: [%2$s] }
                sites: { oslo: {}, lima: {} }
                entryPoints:
                  sql: { listen: "127.0.0.1:0" }
                  ending: { listen: "127.0.0.1:0" }
                  flooded: { listen: "127.0.0.1:0", routeTimeout: 5s }
                routes:
                  - name: sql
                    from: sql
                    protocol: tds
                    open: true
                    with: { mode: sni, servers: [ { name: "{service}.{site}.sql.example", to: "{site}/{service}" } ] }
                  - name: ending
                    from: [ending, flooded]
                    protocol: tds
                    open: true
                    with:
                      mode: terminate
                      tls: { certificates: [ { certificate: "%3$s/sql.crt", key: "%3$s/sql.key" } ] }
                      servers:
                """.formatted(SITES.stream().map(hub::formatted).collect(Collectors.joining(", ")), String.join(", ", SERVICES.keySet()), folder) + ending;
    }

    private static String siteYaml(String site, Map<String, FakeSqlServer> servers) {
        StringBuilder routes = new StringBuilder();
        StringBuilder destinations = new StringBuilder();
        servers.forEach((service, server) -> {
            routes.append("  - { name: %1$s, from: hub, service: %1$s, to: %1$s, open: true }%n".formatted(service));
            destinations.append("  %s: { addresses: [\"%s\"] }%n".formatted(service, server.address()));
        });
        return """
                site: %1$s
                namespaces: { own: { endpoint: "sb://localhost:%2$d/", caFile: "%3$s", credential: { sasKeyName: site, sasKey: "${file:site.key}" } } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: %1$s } }
                routes:
                %4$sdestinations:
                %5$s""".formatted(site, edge.port("relay"), edge.state().resolve("relay-ca.pem"), routes, destinations);
    }

    /** By name, through the port where TLS passes. */
    private static String named(String service, String site, String options) {
        return url("sql", service, site, "database=Db;encrypt=" + (SERVICES.get(service) == FakeSqlServer.Tls.STRICT ? "strict" : "true") + options);
    }

    private static String url(String entryPoint, String host, String site, String options) {
        return "jdbc:sqlserver://%s.%s.sql.example:%d;user=app;password=own;trustStore=%s;trustStorePassword=changeit;loginTimeout=60;%s"
                .formatted(host, site, edge.port(entryPoint), folder.resolve("trust.p12"), options);
    }

    private static final String ONCE = ";connectRetryCount=0";

    /** One program for all, since most of its time is its start. */
    private static List<String> met(List<String> urls) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                "-cp", System.getProperty("java.class.path"), SqlLogins.class.getName()));
        command.addAll(urls);
        return Programs.in(folder).within(Duration.ofMinutes(2)).start(command).orFail().out().lines().toList();
    }

    @Test
    void eachIsReachedByItsNameOrItsDatabaseAndASiteThatIsGoneIsWaitedForByDriversAlone() {
        List<String> urls = new ArrayList<>();
        List<String> servers = new ArrayList<>();
        for (String site : SITES) {
            for (String service : SERVICES.keySet()) {
                urls.add(named(service, site, ONCE));
                servers.add(site + "-" + service + ":Db");
                for (String encrypt : List.of("true", "strict")) {
                    urls.add(url("ending", "any", site, "database=" + service + ";encrypt=" + encrypt + ONCE));
                    servers.add(site + "-" + service + ":" + service);
                }
            }
        }
        urls.add(url("ending", "any", "oslo", "database=Nope;encrypt=true" + ONCE));
        List<String> met = met(urls);
        assertThat(met.subList(0, servers.size())).isEqualTo(servers);
        assertThat(met.getLast()).startsWith("error 50404 ");

        RelayGateProcess lima = Objects.requireNonNull(GATEWAYS.get("lima"));
        lima.child().stop("TERM");
        String ended = url("ending", "any", "lima", "database=orders;encrypt=true");
        List<String> without = met(List.of(ended + ONCE, named("orders", "lima", ONCE), named("orders", "oslo", ONCE)));
        assertThat(without.get(0)).as("drivers try again after this").startsWith("error 40613 ");
        assertThat(without.get(1)).startsWith("error ");
        assertThat(without.get(2)).isEqualTo("oslo-orders:Db");

        lima.startAgain();
        lima.ready();
        String patient = ";connectRetryCount=30;connectRetryInterval=1";
        assertThat(met(List.of(ended + patient, named("vault", "lima", patient)))).containsExactly("lima-orders:orders", "lima-vault:Db");
    }

    private static final int FLOOD = 2000;

    /** PRELOGIN that asks for TLS (MS-TDS section 2.2.6.5), and the beginning of a ClientHello. */
    private static final String ASKS = "1201001a00000000" + "00000b0006" + "0100110001" + "ff" + "1000000000ff" + "01";
    private static final String HELLO = "160301020001" + "0001fc" + "0303" + "00".repeat(60);

    private static long descriptors() {
        String[] open = Path.of("/proc", Long.toString(edge.child().pid()), "fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    @Test
    void aFloodOfClientsWhoStopAtAnyStageIsGoneWithTheDeadlineAndLeavesNothing() throws IOException {
        met(List.of(named("orders", "oslo", ONCE)));
        long before = descriptors();
        int port = edge.port("flooded");
        List<byte[]> stages = Stream.of("", "12", ASKS.substring(0, 20), ASKS, ASKS + "1200004e00000000" + HELLO.substring(0, 40), HELLO.substring(0, 10), HELLO)
                .map(HexFormat.of()::parseHex).toList();
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < FLOOD; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                clients.add(client);
                client.setSoTimeout(60_000);
                client.getOutputStream().write(stages.get(i % stages.size()));
            }
            clients.forEach(SqlServersOfSitesIT::ends);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(edge.metrics()).contains("relaygate_sessions_ended_total{ending=\"DEADLINE\",entry_point=\"flooded\",route=\"ending\"} " + FLOOD + ".0");
            assertThat(edge.metric("relaygate_sessions_open")).isZero();
            assertThat(descriptors()).as("open descriptors").isLessThan(before + 100);
        });
        assertThat(met(List.of(named("crm", "oslo", ONCE)))).containsExactly("oslo-crm:Db");
    }

    private static void ends(Socket client) {
        try {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("a client is still there", e);
        } catch (IOException e) {
            // It was reset, which is an end too.
        }
    }
}
