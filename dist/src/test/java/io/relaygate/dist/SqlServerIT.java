package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import io.relaygate.plugins.tds.FakeSqlServer;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Routing;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SQL Servers behind one port of an edge: by the name in TLS where a client says one, which reaches its server with TLS between the two; and by the login at the
 * site where it says none.
 */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class SqlServerIT {

    private static Path folder;
    private static Path node;
    private static FakeSqlServer first;
    private static FakeSqlServer second;
    private static FakeSqlServer strict;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() throws Exception {
        Interop.require("openssl", "node", "npm", "tsql");
        folder = Folders.fresh("sql-server");
        node = NodeFolder.install("tedious", "client.js");
        Programs.in(folder).bash("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -subj /CN=Authority -days 30 -out ca.pem
                issue() {
                    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr"
                    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" -extfile <(echo "subjectAltName=$2")
                    cat "$1.crt" "$1.key" > "$1.pem"; chmod 600 "$1.pem"
                    openssl pkcs12 -export -in "$1.crt" -inkey "$1.key" -out "$1.p12" -passout pass:changeit
                }
                issue gateway DNS:localhost,IP:127.0.0.1
                issue first DNS:first.sql.example
                issue second DNS:second.sql.example,IP:127.0.0.1
                issue carol DNS:carol.example
                issue strict DNS:strict.sql.example
                keytool -importcert -noprompt -alias ca -file ca.pem -keystore trust.p12 -storetype PKCS12 -storepass changeit
                "$1" passwd users.passwd ann <<< 'correct horse'
                echo -n 'the servers own' > sql.password; chmod 600 sql.password
                """, Product.launcher().toString()).orFail();
        first = new FakeSqlServer("first", FakeSqlServer.Tls.FORCED, Pkcs12.context(folder.resolve("first.p12")));
        second = new FakeSqlServer("second", FakeSqlServer.Tls.OPTIONAL, Pkcs12.context(folder.resolve("second.p12")));
        strict = new FakeSqlServer("strict", FakeSqlServer.Tls.STRICT, Pkcs12.context(folder.resolve("strict.p12")));
        gateways = ThreeProcesses.start("sql-server-gateways",
                Map.of("orders", "127.0.0.1:1", "first", first.address(), "second", second.address(), "strict", strict.address()));
        configure();
    }

    @AfterAll
    static void stop() throws IOException {
        Closing.all(gateways);
        for (FakeSqlServer server : List.of(first, second, strict)) {
            server.close();
        }
    }

    /** The edge lets TLS pass by its name; the site ends that of whoever names no server. */
    private static void configure() {
        int port = FreePort.find();
        String site = gateways.siteYaml("credential: { sasKeyName: site, sasKey: \"${file:site.key}\" }");
        reconfigure(gateways.site(), site
                .replace("  - { name: orders, from: hub, service: orders, to: orders, open: true }\n", """
                          - name: orders
                            from: hub
                            service: orders
                            protocol: tds
                            identityProviders: [staff, cards]
                            allow: { callers: [ann, carol.example] }
                            with:
                              mode: terminate
                              tls: { certificates: [ { certificate: "%1$s/gateway.pem", key: "%1$s/gateway.pem" } ], clients: wanted }
                              logins: gateway
                              statements: audit
                              redirects: [ { inner: "replica.oslo.example:1433", outer: "localhost:%2$d" } ]
                              servers:
                                - { name: localhost, database: Redirected, to: second, tls: { name: second.sql.example, trust: { caFile: "%1$s/ca.pem" } }, serverLogin: { user: gateway, password: "${file:%1$s/sql.password}" } }
                                - { database: Redirected, to: first, tls: { name: first.sql.example, trust: { caFile: "%1$s/ca.pem" } }, serverLogin: { user: gateway, password: "${file:%1$s/sql.password}" } }
                                - { database: First, to: first, tls: { name: first.sql.example, trust: { caFile: "%1$s/ca.pem" } }, serverLogin: { user: gateway, password: "${file:%1$s/sql.password}" } }
                                - { database: Strict, to: strict, tls: { mode: strict, name: strict.sql.example, trust: { caFile: "%1$s/ca.pem" } }, serverLogin: { user: gateway, password: "${file:%1$s/sql.password}" } }
                                - { database: Down, to: down, tls: { mode: none }, serverLogin: { user: gateway, password: "${file:%1$s/sql.password}" } }
                        """.formatted(folder, port))
                .replaceAll("  orders: \\{ addresses: .*\n", "  down: { addresses: [\"" + TestServer.refusing() + "\"] }\n")
                        .replaceAll("(  first: \\{ addresses: .*?),", "$1, permit: [ { networks: [127.0.0.1], ports: [" + second.port() + "] } ],")
                + """
                        identityProviders:
                          staff: { passwords: { file: "%1$s/users.passwd" } }
                          cards: { clientCertificates: { caFile: "%1$s/ca.pem" } }
                        """.formatted(folder));
        reconfigure(gateways.edge(), gateways.edgeYaml("").replace("  - { name: orders, from: orders, to: oslo/orders, open: true }\n", """
                  - name: orders
                    from: orders
                    protocol: tds
                    to: oslo/orders
                    open: true
                    with:
                      mode: sni
                      servers:
                        - { name: first.sql.example, to: oslo/first }
                        - { name: second.sql.example, to: oslo/second }
                        - { name: "str*.sql.example", to: oslo/strict }
                """).replace("orders: { listen: \"127.0.0.1:0\" }", "orders: { listen: \"127.0.0.1:" + port + "\" }"));
    }

    private static void reconfigure(RelayGateProcess process, String yaml) {
        process.child().stop("TERM");
        process.configure(yaml);
        process.startAgain();
        process.ready();
    }

    private static String tedious(String options) {
        String json = "{\"ca\":\"" + folder.resolve("ca.pem") + "\",\"sql\":\"select 'where'\"," + options + "}";
        return Programs.in(node).start("node", "client.js", Integer.toString(gateways.port("orders")), json).orFail().out().strip();
    }

    @Test
    void theNameInTlsLeadsToItsServerWithTlsBetweenTheTwo() {
        for (String name : List.of("first", "second")) {
            assertThat(tedious("\"user\":\"app\",\"password\":\"own\",\"database\":\"Db\",\"encrypt\":true,\"serverName\":\"%s.sql.example\"".formatted(name)))
                    .isEqualTo(name + ":Db");
        }
        assertThat(tedious("\"user\":\"app\",\"password\":\"own\",\"database\":\"Db\",\"encrypt\":\"strict\",\"serverName\":\"strict.sql.example\""))
                .isEqualTo("strict:Db");
        assertThat(first.logins()).as("the gateway has seen no login").anySatisfy(login -> assertThat(new String(login.password())).isEqualTo("own"));
    }

    private static Connection microsoft(String options) throws SQLException {
        return microsoft("localhost", options);
    }

    private static Connection microsoft(String host, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlserver://" + host + ":" + gateways.port("orders") + ";user=ann;loginTimeout=30;trustStore="
                + folder.resolve("trust.p12") + ";trustStorePassword=changeit;" + (options.contains("connectRetryCount") ? "" : "connectRetryCount=0;") + options);
    }

    @Test
    void whoNamesNoServerIsJudgedAtTheSiteAndTheServerSeesItsOwnLogin() throws SQLException {
        for (String database : List.of("First", "Strict")) {
            try (Connection connection = microsoft("password=correct horse;encrypt=true;database=" + database);
                    Statement statement = connection.createStatement()) {
                assertThat(where(statement)).isEqualToIgnoringCase(database + ":" + database);
            }
        }
        assertThat(strict.logins()).anySatisfy(login -> assertThat(new String(login.password())).isEqualTo("the servers own"));
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(gateways.site().child().told())
                .contains("tds.statement", "select ?", "\"tds.database\":\"Strict\"").doesNotContain("correct horse", "the servers own"));
    }

    /** FreeTDS asks for TLS where it can have it, and speaks TDS 7.4 or the 7.1 of long ago. */
    @Test
    void tsqlLogsInAndReads() {
        for (String version : List.of("7.4", "7.1")) {
            assertThat(tsql(version, "correct horse").orFail().out()).contains("strict:Strict");
            assertThat(tsql(version, "wrong").err()).contains("Msg 18456", "Login failed for user 'ann'");
        }
    }

    private static Programs.Ended tsql(String version, String password) {
        return Programs.in(folder).with("TDSVER", version).bash(
                "printf \"select 'where'\\ngo\\nexit\\n\" | tsql -o q -H localhost -p \"$1\" -U ann -P \"$2\" -D Strict",
                Integer.toString(gateways.port("orders")), password);
    }

    @Test
    void everyRefusalIsAnErrorThatDriversKnow() {
        Map<String, Integer> refusals = Map.of(
                "password=wrong;database=First", 18456, "password=correct horse;database=Nope", 50404, "password=correct horse;database=Down", 40613);
        refusals.forEach((options, number) -> assertThatExceptionOfType(SQLException.class).as(options).isThrownBy(() -> microsoft("encrypt=true;" + options))
                .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(number)));
    }

    @Test
    void aCertificateSaysWhoCallsInPlaceOfAPassword() {
        String asked = "\"user\":\"nobody\",\"password\":\"nothing\",\"database\":\"Strict\",\"serverName\":\"localhost\",\"encrypt\":";
        for (String encrypt : List.of("true", "\"strict\"")) {
            assertThat(tedious(asked + encrypt + ",\"pem\":\"" + folder.resolve("carol.pem") + "\"")).isEqualTo("strict:Strict");
            assertThat(tedious(asked + encrypt)).startsWith("error ELOGIN Login failed for user 'nobody'");
        }
    }

    /** As it is in the middle of the night: the session is lost while nothing is asked, and the next statement finds another in its place. */
    @Test
    void aDriverWhoseSessionTheSiteHasTakenWithItFindsTheDatabaseThatItWasIn() throws Exception {
        for (String encrypt : List.of("true", "strict")) {
            try (Connection connection = microsoft("password=correct horse;database=First;connectRetryCount=20;connectRetryInterval=1;encrypt=" + encrypt);
                    Statement statement = connection.createStatement()) {
                lookAtOnceWhetherItIsLost(connection);
                statement.execute("use Other");
                assertThat(where(statement)).isEqualTo("first:Other");
                gateways.site().child().stop("KILL");
                gateways.site().startAgain();
                gateways.site().ready();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> gateways.edge().metric("relaygate_sessions_open") == 0);
                assertThat(where(statement)).as("encrypt=" + encrypt).isEqualTo("first:Other");
            }
        }
        assertThat(first.logins()).as("the session is the gateway's own login's again")
                .filteredOn(login -> Optional.ofNullable(login.feature(Feature.SESSION_RECOVERY)).filter(asked -> asked.data().hasRemaining()).isPresent())
                .hasSize(2)
                .allSatisfy(login -> assertThat(login.text(Login7.Part.USER)).isEqualTo("gateway"));
    }

    /** Microsoft's driver looks when nothing was asked for 15 s; its own tests shorten that by this method too. */
    private static void lookAtOnceWhetherItIsLost(Connection connection) throws ReflectiveOperationException {
        Field field = SQLServerConnection.class.getDeclaredField("idleNetworkTracker");
        field.setAccessible(true);
        Object tracker = field.get(connection);
        Method limit = tracker.getClass().getDeclaredMethod("setMaxIdleMillis", int.class);
        limit.setAccessible(true);
        limit.invoke(tracker, -1);
    }

    private static String where(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("select 'where'")) {
            assertThat(found.next()).isTrue();
            return found.getString(1);
        }
    }

    /** To a driver it looks as if it had met the second server at once. */
    @Test
    void aRedirectIsFollowedAtTheSiteWhereItsDestinationPermitsIt() throws SQLException {
        try {
            first.redirect(new Routing("127.0.0.1", second.port(), ""));
            try (Connection connection = microsoft("password=correct horse;encrypt=true;database=First");
                    Statement statement = connection.createStatement()) {
                assertThat(where(statement)).isEqualTo("second:First");
            }
            first.redirect(new Routing("127.0.0.1", strict.port(), ""));
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> microsoft("password=correct horse;encrypt=true;database=First"))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50403)).withMessageContaining("nothing that destination 'first' permits");
        } finally {
            first.redirect(null);
        }
    }

    /** Connected to by its address, the gateway is a host without a name; the redirect has one, by which it leads on. */
    @Test
    void aRedirectThatHasAnOuterNameIsFollowedByTheClientItself() throws SQLException {
        first.redirect(new Routing("replica.oslo.example", 1433, ""));
        try {
            for (String encrypt : List.of("true", "\"strict\"")) {
                assertThat(tedious("\"user\":\"ann\",\"password\":\"correct horse\",\"database\":\"Redirected\",\"encrypt\":" + encrypt)).isEqualTo("second:Redirected");
            }
            try (Connection connection = microsoft("127.0.0.1", "password=correct horse;encrypt=true;database=Redirected");
                    Statement statement = connection.createStatement()) {
                assertThat(where(statement)).isEqualTo("second:Redirected");
            }
        } finally {
            first.redirect(null);
        }
    }
}
