package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.plugins.tds.wire.Routing;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.TestGateways;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's driver and jTDS through edge, relay and site, in mode {@code terminate}. */
@Timeout(180)
class DriversIT {

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static Path trust;
    private static FakeSqlServer plain;
    private static FakeSqlServer forced;
    private static FakeSqlServer strict;
    private static TestGateways gateways;
    private static PluginJar jar;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder);
        trust = certificates.trustStore();
        Path gateway = certificates.issue("gateway", "DNS:localhost,IP:127.0.0.1");
        certificates.issue("server", "DNS:sql.example");
        plain = new FakeSqlServer("plain", FakeSqlServer.Tls.OPTIONAL, certificates.server("server"));
        forced = new FakeSqlServer("forced", FakeSqlServer.Tls.FORCED, certificates.server("server"));
        strict = new FakeSqlServer("strict", FakeSqlServer.Tls.STRICT, certificates.server("server"));
        jar = PluginJar.of(TdsPlugin.class, folder);
        try (ServerSocket refusing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gateways = TestGateways.around(jar, """
                    protocol: tds
                    open: true
                    with:
                      mode: terminate
                      encryption: optional
                      tls: { certificates: [ { certificate: "%1$s", key: "%1$s" } ] }
                      servers:
                        - { database: Plain, to: plain, tls: { mode: none } }
                        - { database: Forced, to: forced, tls: { name: sql.example, trust: { caFile: "%2$s" } } }
                        - { database: Strict, to: strict, tls: { mode: strict, name: sql.example, trust: { caFile: "%2$s" } } }
                        - { database: Mistrusted, to: forced, tls: { name: other.example, trust: { caFile: "%2$s" } } }
                        - { database: Clear, to: forced, tls: { mode: none } }
                        - { database: Down, to: down, tls: { mode: none } }
                        - { login: "report_*", intent: read-only, to: plain, tls: { mode: none } }
                        - { application: Excel*, networks: [10.0.0.0/8], to: strict, tls: { mode: none } }
                        - { application: Excel*, to: forced, tls: { name: sql.example, trust: { caFile: "%2$s" } } }
                    """.formatted(gateway, certificates.authority()),
                    Map.of("plain", plain.address(), "forced", forced.address(), "strict", strict.address(),
                            "down", "127.0.0.1:" + refusing.getLocalPort()));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        gateways.close();
        plain.close();
        forced.close();
        strict.close();
    }

    @BeforeEach
    void forget() {
        for (FakeSqlServer each : List.of(plain, forced, strict)) {
            each.logins().clear();
            each.prelogins().clear();
            each.failures().clear();
        }
    }

    private static Connection microsoft(String options) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlserver://localhost:" + gateways.port() + ";user=app;password=Secr3t!ä;loginTimeout=30;"
                + "connectRetryCount=0;trustStore=" + trust + ";trustStorePassword=changeit;" + options);
    }

    private static Connection jtds(String options) throws SQLException {
        return jtds(gateways, options);
    }

    private static Connection jtds(TestGateways through, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:jtds:sqlserver://localhost:" + through.port() + options, "app", "Secr3t!ä");
    }

    private static String where(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("select 'where'")) {
            assertThat(found.next()).isTrue();
            return found.getString(1);
        }
    }

    @Test
    void everyWayOfAClientReachesEveryKindOfServer() throws SQLException {
        for (String encrypt : List.of("true", "false", "strict")) {
            for (String database : List.of("Plain", "Forced", "Strict")) {
                try (Connection connection = microsoft("encrypt=" + encrypt + ";database=" + database)) {
                    assertThat(where(connection)).as(encrypt + " to " + database).isEqualToIgnoringCase(database + ":" + database);
                }
            }
        }
        assertThat(List.of(plain, forced, strict)).allSatisfy(server -> {
            assertThat(server.logins()).hasSize(3).allSatisfy(login -> {
                assertThat(login.text(Part.USER)).isEqualTo("app");
                assertThat(new String(login.password())).isEqualTo("Secr3t!ä");
                assertThat(login.text(Part.SERVER)).isEqualTo("localhost");
            });
            assertThat(server.failures()).isEmpty();
        });
        assertThat(forced.prelogins()).allSatisfy(said -> assertThat(said.encryption()).isEqualTo(Encryption.ON));
        assertThat(plain.prelogins()).allSatisfy(said -> assertThat(said.trace()).as("as the client has called it").hasSize(36));
    }

    @Test
    void aDriverAsOldAsTds71ReachesEveryKindOfServer() throws SQLException {
        for (String ssl : List.of(";ssl=off", ";ssl=require")) {
            for (String database : List.of("Plain", "Forced", "Strict")) {
                try (Connection connection = jtds("/" + database + ssl)) {
                    assertThat(where(connection)).as(ssl + " to " + database).isEqualToIgnoringCase(database + ":" + database);
                }
            }
        }
    }

    @Test
    void sessionsGoByLoginProgramAndIntentToo() throws SQLException {
        try (Connection connection = microsoft("encrypt=true;applicationName=Excel 16;database=X")) {
            assertThat(where(connection)).isEqualTo("forced:X");
        }
        try (Connection connection = microsoft("encrypt=true;applicationIntent=ReadOnly;database=X;user=report_1")) {
            assertThat(where(connection)).isEqualTo("plain:X");
        }
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> microsoft("encrypt=true;user=report_1"))
                .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50404))
                .withMessageContaining("no server is known for server name \"localhost\", database \"\" and login \"report_1\"");
    }

    private static void refused(int number, String words, String options) {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> microsoft(options)).satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(number))
                .withMessageContaining("RelayGate, route 'test': ").withMessageContaining(words);
    }

    @Test
    void everyRefusalIsAnErrorThatDriversKnow() {
        for (String encrypt : List.of("true", "false", "strict")) {
            refused(50404, "no server is known", "database=Nope;encrypt=" + encrypt);
            refused(40613, "refused", "database=Down;encrypt=" + encrypt);
            refused(50403, "other.example", "database=Mistrusted;encrypt=" + encrypt);
            refused(50403, "the server wants TLS", "database=Clear;encrypt=" + encrypt);
        }
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> jtds("/Nope;ssl=off"))
                .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50404)).withMessageContaining("no server is known");
    }

    @Test
    void anErrorOfTheServerIsTheServersOwn() {
        plain.loginError(18456);
        try {
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> microsoft("database=Plain;encrypt=true"))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(18456)).withMessageContaining("Login failed for user 'app'");
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> jtds("/Plain;ssl=off"))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(18456));
        } finally {
            plain.loginError(0);
        }
    }

    @Test
    void statementsCallsErrorsAndLargeResultsPass() throws SQLException {
        for (String database : List.of("Plain", "Forced", "Strict")) {
            try (Connection connection = microsoft("encrypt=true;packetSize=32767;database=" + database)) {
                try (PreparedStatement statement = connection.prepareStatement("select n from rows(200000) where n <> ?")) {
                    statement.setInt(1, -1);
                    try (ResultSet rows = statement.executeQuery()) {
                        long sum = 0;
                        while (rows.next()) {
                            sum += rows.getInt(1);
                        }
                        assertThat(sum).isEqualTo(199_999L * 200_000 / 2);
                    }
                }
                try (Statement statement = connection.createStatement()) {
                    assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("fail(50123)"))
                            .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50123));
                    statement.execute("print '" + "x".repeat(300_000) + "'");
                }
                assertThat(where(connection)).endsWith(":" + database);
            }
        }
        assertThat(forced.logins().getLast().packetSize()).as("fits into one record of TLS").isEqualTo(16_383);
    }

    @Test
    void aStatementIsCancelledAtOnceAndTheSessionGoesOn() throws SQLException {
        for (String encrypt : List.of("true", "false", "strict")) {
            try (Connection connection = microsoft("database=Forced;encrypt=" + encrypt); Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.execute("waitfor delay '1:00'"));
                assertThat(where(connection)).isEqualTo("forced:Forced");
            }
        }
    }

    private static final int LOADED = SqlServerChecks.LOADED;

    private static void load(Connection connection) throws SQLException {
        SqlServerChecks.load(connection, "t");
    }

    static long loaded(FakeSqlServer server) {
        return server.statements().stream().flatMap(text -> Pattern.compile("row-\\d{4}").matcher(text).results()).map(MatchResult::group).distinct().count();
    }

    private static String route(String settings) {
        return """
                protocol: tds
                open: true
                to: forced
                with:
                  mode: terminate
                  tls: { certificates: [ { certificate: "%1$s/gateway.pem", key: "%1$s/gateway.pem" } ] }
                  serverTls: { name: sql.example, trust: { caFile: "%1$s/ca.pem" } }
                """.formatted(folder) + settings.indent(2);
    }

    private static Connection microsoft(TestGateways through) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlserver://localhost:" + through.port()
                + ";user=app;password=x;encrypt=true;database=Forced;trustStore=" + trust + ";trustStorePassword=changeit");
    }

    @Test
    void rowsAreLoadedIntoEveryKindOfServer() throws SQLException {
        for (FakeSqlServer server : List.of(plain, forced, strict)) {
            server.statements().clear();
            try (Connection connection = microsoft("encrypt=true;database=" + server.name())) {
                load(connection);
                assertThat(loaded(server)).isEqualTo(LOADED);
                assertThat(where(connection)).isEqualTo(server.name() + ":" + server.name());
            }
            assertThat(server.failures()).isEmpty();
        }
    }

    /** jTDS asks for TLS that the server may leave out with {@code ssl=request}, and says no PRELOGIN with {@code ssl=off}. */
    @Test
    void aRouteThatWantsEncryptionHasItFromADriverOfTds71AndLoadsRowsThatAreLookedAt() throws Exception {
        forced.statements().clear();
        try (TestGateways full = TestGateways.around(jar, route("encryption: full\nstatements: audit"), Map.of("forced", forced.address()))) {
            try (Connection connection = jtds(full, "/Forced;ssl=request")) {
                assertThat(where(connection)).isEqualTo("forced:Forced");
            }
            isRefusedWithoutTls(full);
            try (Connection connection = microsoft(full)) {
                load(connection);
                assertThat(loaded(forced)).isEqualTo(LOADED);
                assertThat(where(connection)).isEqualTo("forced:Forced");
            }
        }
        try (TestGateways login = TestGateways.around(jar, route("encryption: login"), Map.of("forced", forced.address()))) {
            isRefusedWithoutTls(login);
            try (Connection connection = jtds(login, "/Forced;ssl=request")) {
                assertThat(where(connection)).isEqualTo("forced:Forced");
            }
        }
        try (Connection connection = jtds(gateways, "/Forced;ssl=request")) {
            assertThat(where(connection)).isEqualTo("forced:Forced");
        }
    }

    /** The outer name is another port of the gateway; jTDS speaks TDS 7.1, which has no redirects. */
    @Test
    void aDriverThatIsRedirectedToAnOuterNameGoesThereAndTheGatewayGoesForOneThatKnowsNoRedirects() throws Exception {
        String redirects = "redirects: [ { inner: \"plain.inner.example:1433\", outer: \"localhost:%d\" } ]".formatted(gateways.port());
        try (TestGateways first = TestGateways.around(jar, route(redirects), Map.of("forced", forced.address()))) {
            forced.redirect(new Routing("plain.inner.example", 1433, ""));
            for (String encrypt : List.of("true", "strict")) {
                try (Connection connection = DriverManager.getConnection("jdbc:sqlserver://localhost:" + first.port() + ";user=app;password=x;encrypt=" + encrypt
                        + ";database=Plain;trustStore=" + trust + ";trustStorePassword=changeit")) {
                    assertThat(where(connection)).isEqualTo("plain:Plain");
                }
            }
            assertThat(plain.logins()).hasSize(2).allSatisfy(login -> assertThat(login.text(Part.SERVER)).isEqualTo("localhost"));
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> jtds(first, "/Plain;ssl=require"))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50403)).withMessageContaining("nothing that destination 'forced' permits");
        } finally {
            forced.redirect(null);
        }
    }

    private static void isRefusedWithoutTls(TestGateways through) {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> jtds(through, "/Forced;ssl=off"))
                .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50403)).withMessageContaining("no login without TLS; connect with encrypt=true, or ssl=require with jTDS");
    }

    @Test
    void aRouteThatOnlyReadsDeniesDriversWhatWritesAndTheirSessionsGoOn() throws Exception {
        try (TestGateways reading = TestGateways.around(jar, route("readOnly: true\nstatements: audit"), Map.of("forced", forced.address()));
                Connection connection = microsoft(reading)) {
            forced.statements().clear();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> load(connection)).havingCause()
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(50403)).withMessageContaining("only reads");
            assertThat(loaded(forced)).isZero();
            assertThat(where(connection)).isEqualTo("forced:Forced");
            for (String writing : List.of("insert into t values (1)", "insert bulk t (n int)", "select 1 into t", "sp_who", "exec sp_who", "select 1; drop table t")) {
                try (Statement statement = connection.createStatement()) {
                    assertThatExceptionOfType(SQLException.class).as(writing).isThrownBy(() -> statement.execute(writing))
                            .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50403)).withMessageContaining("only reads");
                }
                try (PreparedStatement statement = connection.prepareStatement(writing + " where a = ?")) {
                    statement.setString(1, "x");
                    assertThatExceptionOfType(SQLException.class).as(writing).isThrownBy(statement::execute)
                            .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(50403));
                }
                assertThat(where(connection)).isEqualTo("forced:Forced");
            }
            try (PreparedStatement statement = connection.prepareStatement("select n from rows(5) where a = ? and b = ? and c = ? and d = ?")) {
                statement.setString(1, "insert into t");
                statement.setBigDecimal(2, new BigDecimal("1.50"));
                statement.setTimestamp(3, new Timestamp(0));
                statement.setBytes(4, new byte[9000]);
                for (int i = 0; i < 3; i++) {
                    try (ResultSet rows = statement.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                    }
                }
            }
            assertThat(forced.statements()).noneMatch(text -> text.contains("drop table") || text.contains("insert into t values"));
        }
    }
}
