package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.SqlServerChecks.Server;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.TestGateways;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same checks with the fake server and with a real one, which {@code -Dsqlserver.url} names as JDBC does: {@code
 * jdbc:sqlserver://sql01:1433;user=sa;password=...}. Its certificate is not looked at.
 */
@Timeout(600)
class SqlServerChecksIT {

    private static final String PROPERTY = "sqlserver.url";
    private static final Pattern URL = Pattern.compile("jdbc:sqlserver://(?<host>[^:;\\\\]+)(?<instance>\\\\[^:;]+)?(:(?<port>\\d+))?;?(?<rest>.*)");
    private static final Pattern OPTION = Pattern.compile("([^=;]+)=(\\{[^}]*}|[^;]*)");

    /** What is between driver and gateway is not what is between gateway and server. */
    private static final Set<String> OURS =
            Set.of("encrypt", "trustservercertificate", "truststore", "truststorepassword", "hostnameincertificate", "servercertificate");

    @TempDir
    static Path folder;

    private static Path gateway;
    private static Path trust;
    private static Certificates certificates;
    private static PluginJar jar;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder);
        gateway = certificates.issue("gateway", "DNS:localhost,IP:127.0.0.1");
        trust = certificates.trustStore();
        jar = PluginJar.of(TdsPlugin.class, folder);
    }

    private static TestGateways around(String address, String serverTls) {
        return TestGateways.around(jar, """
                protocol: tds
                open: true
                to: server
                with:
                  mode: terminate
                  encryption: login
                  statements: audit
                  tls: { certificates: [ { certificate: "%1$s", key: "%1$s" } ] }
                  serverTls: %2$s
                """.formatted(gateway, serverTls), Map.of("server", address));
    }

    private static Connection connect(TestGateways through, String encrypt, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlserver://localhost:" + through.port() + ";encrypt=" + encrypt + ";loginTimeout=30;trustStore=" + trust
                + ";trustStorePassword=changeit;" + options);
    }

    @Test
    void theFakeServerPasses() throws Exception {
        certificates.issue("server", "DNS:sql.example");
        try (FakeSqlServer server = new FakeSqlServer("fake", FakeSqlServer.Tls.FORCED, certificates.server("server"));
                TestGateways gateways = around(server.address(), "{ name: sql.example, trust: { caFile: \"" + certificates.authority() + "\" } }")) {
            new SqlServerChecks(new Fake(server, gateways)).run();
        }
    }

    @Test
    void aRealServerPasses() throws SQLException {
        String url = System.getProperty(PROPERTY, "");
        Assumptions.assumeFalse(url.isEmpty(), "to check a real SQL Server too, give -D" + PROPERTY + "='jdbc:sqlserver://HOST:1433;user=...;password=...'");
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new AssertionError("-D" + PROPERTY + " must look like jdbc:sqlserver://HOST:1433;user=...;password=...");
        }
        Map<String, String> options = OPTION.matcher(parts.group("rest")).results().collect(Collectors.toMap(
                option -> option.group(1).strip(), option -> option.group(2)));
        boolean strict = options.entrySet().stream().anyMatch(option -> option.getKey().equalsIgnoreCase("encrypt") && option.getValue().equalsIgnoreCase("strict"));
        options.keySet().removeIf(option -> OURS.contains(option.toLowerCase(Locale.ROOT)));
        // The configuration has it in double quotes, where a backslash is written twice.
        String address = parts.group("instance") == null || parts.group("port") != null
                ? parts.group("host") + ":" + (parts.group("port") == null ? "1433" : parts.group("port"))
                : parts.group("host") + "\\" + parts.group("instance");
        String serverTls = "{ mode: " + (strict ? "strict" : "tds7") + ", name: \"" + parts.group("host") + "\", trust: { insecureSkipVerify: true } }";
        try (TestGateways gateways = around(address, serverTls)) {
            String rest = options.entrySet().stream().map(option -> option.getKey() + "=" + option.getValue()).collect(Collectors.joining(";"));
            new SqlServerChecks(new Real(gateways, rest)).run();
        }
    }

    /** Understands some words of SQL. */
    private record Fake(FakeSqlServer server, TestGateways gateways) implements Server {

        @Override
        public Connection connect(String encrypt) throws SQLException {
            return SqlServerChecksIT.connect(gateways, encrypt, "user=app;password=x;database=Orders");
        }

        @Override
        public String question() {
            return "select 'where'";
        }

        @Override
        public String answer() {
            return "fake:Orders";
        }

        @Override
        public String numbers(int count) {
            return "select n from rows(" + count + ") where n <> ?";
        }

        @Override
        public String failure(int number) {
            return "fail(" + number + ")";
        }

        @Override
        public String table(Connection connection) {
            server.statements().clear();
            return "t";
        }

        @Override
        public long loaded(Connection connection, String table) {
            return DriversIT.loaded(server);
        }
    }

    /** Keeps what it is given in a table of the session alone, and asks for no more than a login. */
    private record Real(TestGateways gateways, String options) implements Server {

        @Override
        public Connection connect(String encrypt) throws SQLException {
            return SqlServerChecksIT.connect(gateways, encrypt, options);
        }

        @Override
        public String question() {
            return "select cast(databasepropertyex(db_name(), 'Status') as nvarchar(60))";
        }

        @Override
        public String answer() {
            return "ONLINE";
        }

        @Override
        public String numbers(int count) {
            return "select n from (select top (" + count + ") cast(row_number() over (order by (select null)) - 1 as int) as n"
                    + " from sys.all_columns a cross join sys.all_columns b) numbers where n <> ?";
        }

        @Override
        public String failure(int number) {
            return "throw " + number + ", 'as asked', 1";
        }

        @Override
        public String table(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table #loaded (n int, t nvarchar(50))");
            }
            return "#loaded";
        }

        @Override
        public long loaded(Connection connection, String table) throws SQLException {
            try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("select count(*) from " + table)) {
                found.next();
                return found.getLong(1);
            }
        }
    }
}
