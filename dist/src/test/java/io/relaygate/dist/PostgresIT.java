package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two PostgreSQL servers behind one port, through edge, relay and site; the plugin is dropped in while the site runs. One of the
 * servers has TLS and asks for a password.
 */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class PostgresIT {

    private static Path folder;
    private static Postgres plain;
    private static Postgres secured;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() throws IOException {
        Postgres.require();
        Interop.require("openssl");
        folder = Folders.fresh("postgres");
        Programs.in(folder).bash("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -subj /CN=Authority -days 30 -out ca.pem
                issue() {
                    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr"
                    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" -extfile <(echo "$2")
                    cat "$1.crt" "$1.key" > "$1.pem"; chmod 600 "$1.pem"
                }
                issue gateway subjectAltName=IP:127.0.0.1
                issue pg-b subjectAltName=DNS:pg-b.example
                """).orFail();
        plain = Postgres.start();
        secured = Postgres.secured(folder.resolve("pg-b.pem"));
        Postgres.psql(plain.port(), "create database orders").orFail();
        Postgres.psql(secured.port(), "create database crm").orFail();
        gateways = ThreeProcesses.start("postgres-gateways", Map.of("db", "127.0.0.1:1"));
        dropIn();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, secured, plain);
    }

    /** The site begins with tcp alone; the jar comes, and then a configuration that names its protocol. */
    private static void dropIn() throws IOException {
        Path plugins = Folders.create(folder.resolve("plugins"));
        RelayGateProcess site = gateways.site();
        String yaml = "plugins: \"" + plugins + "\"\nadmin: {}\n"
                + gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }");
        shipped("tcp", plugins);
        site.child().stop("TERM");
        site.configure(yaml);
        site.startAgain();
        site.ready();
        shipped("postgres", plugins);
        String routes = yaml.substring(0, yaml.indexOf("routes:")) + """
                routes:
                  - name: db
                    from: hub
                    service: db
                    protocol: postgres
                    open: true
                    with:
                      tls: { certificates: [ { certificate: "%1$s/gateway.pem", key: "%1$s/gateway.pem" } ] }
                      allowPlain: true
                      servers:
                        - { database: orders, to: pg-a }
                        - { database: "c*m", user: test, to: pg-b, tls: { name: pg-b.example, trust: { caFile: "%1$s/ca.pem" } } }
                        - { database: down, to: down }
                        - { database: mistrusted, to: pg-b, tls: { name: pg-c.example, trust: { caFile: "%1$s/ca.pem" } } }
                destinations:
                  pg-a: { addresses: ["127.0.0.1:%2$d"] }
                  pg-b: { addresses: ["127.0.0.1:%3$d"] }
                  down: { addresses: ["%4$s"] }
                """.formatted(folder, plain.port(), secured.port(), TestServer.refusing());
        site.configure(routes);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                Product.run(folder, "plugins", "reload", "-c", site.configuration().toString()).orFail());
    }

    private static void shipped(String plugin, Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(Product.home().resolve("plugins"))) {
            Path jar = jars.filter(path -> path.getFileName().toString().contains("plugin-" + plugin)).findFirst().orElseThrow();
            Path half = folder.resolve(plugin + ".part");
            Files.copy(jar, half);
            Files.move(half, folder.resolve(plugin + ".jar"), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Programs.Ended psql(String mode, String database, String sql) {
        return Programs.in(folder)
                .with("PGPASSWORD", Postgres.PASSWORD)
                .start("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql,
                        "host=127.0.0.1 port=" + gateways.port("db") + " user=test dbname=" + database + " sslrootcert=ca.pem " + mode);
    }

    @Test
    void twoDatabasesOnOnePortAreOnTwoServers() {
        for (String mode : new String[] {"sslmode=verify-full", "sslmode=disable"}) {
            assertThat(psql(mode, "orders", "select inet_server_port(), current_database()").orFail().out().strip())
                    .isEqualTo(plain.port() + "|orders");
        }
        assertThat(psql("sslmode=verify-full channel_binding=disable", "crm",
                        "select inet_server_port(), ssl, version from pg_stat_ssl where pid = pg_backend_pid()").orFail().out().strip())
                .isEqualTo(secured.port() + "|t|TLSv1.3");
        assertThat(psql("sslmode=disable", "crm", "select 1").orFail().out().strip()).isEqualTo("1");
        Awaitility.await().untilAsserted(() -> assertThat(gateways.site().child().told())
                .contains("\"postgres.database\":\"crm\"", "\"postgres.user\":\"test\"", "\"destination\":\"pg-b\""));
    }

    /** The password is bound to a TLS channel that ends at the gateway: no gateway in between could carry that on. */
    @Test
    void aLoginThatCannotBeBoundToItsChannelIsToldWhatToDo() {
        assertThat(psql("sslmode=verify-full", "crm", "select 1").err()).contains("FATAL: ", "connect with channel_binding=disable");
    }

    @Test
    void everyRefusalIsAnErrorOfTheProtocol() {
        for (String mode : new String[] {"sslmode=verify-full", "sslmode=disable"}) {
            assertThat(psql(mode, "nope", "select 1").err())
                    .contains("FATAL:  no server is known for database \"nope\" and user \"test\"");
            assertThat(psql(mode, "down", "select 1").err()).contains("FATAL:  ", "refused");
            assertThat(psql(mode, "mistrusted", "select 1").err()).contains("FATAL:  ", "pg-c.example");
        }
        assertThat(psql("sslmode=disable", "orders", "select * from nope").err()).as("of the server").contains("relation \"nope\" does not exist");
    }

    @Test
    void pgbenchRunsThroughTls() {
        String port = Integer.toString(gateways.port("db"));
        Programs.in(folder).start("pgbench", "-h", "127.0.0.1", "-p", port, "-U", "test", "-i", "-q", "orders").orFail();
        assertThat(Programs.in(folder).with("PGSSLMODE", "require").start("pgbench", "-h", "127.0.0.1", "-p", port, "-U", "test", "-n", "-c", "10",
                        "-j", "2", "-t", "50", "orders").orFail().out())
                .contains("number of transactions actually processed: 500/500", "number of failed transactions: 0");
    }

    private static Connection jdbc(String database, String... properties) throws SQLException {
        Properties all = new Properties();
        all.putAll(Map.of("user", "test", "password", Postgres.PASSWORD, "sslrootcert", folder.resolve("ca.pem").toString()));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + gateways.port("db") + "/" + database, all);
    }

    @Test
    void pgjdbcReachesBothAndCanCancelAStatement() throws SQLException {
        try (Connection orders = jdbc("orders", "sslmode", "verify-full");
                Connection crm = jdbc("crm", "sslmode", "verify-full", "channelBinding", "disable");
                Statement one = orders.createStatement();
                Statement other = crm.createStatement()) {
            for (Statement each : new Statement[] {one, other}) {
                each.setQueryTimeout(1);
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> each.executeQuery("select pg_sleep(60)"))
                        .satisfies(e -> assertThat(e.getSQLState()).as("cancelled").isEqualTo("57014"));
                each.setQueryTimeout(0);
            }
            assertThat(port(one)).isEqualTo(plain.port());
            assertThat(port(other)).isEqualTo(secured.port());
        }
        for (String[] each : new String[][] {{"nope", "3D000"}, {"down", "08001"}, {"crm", "28000"}}) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> jdbc(each[0], "sslmode", "verify-full"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(each[1]));
        }
    }

    private static int port(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select inet_server_port()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
