package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would become of logins. */
@Timeout(60)
class PreviewTest {

    private static final String TERMINATE = """
            mode: terminate
            encryption: optional
            statements: audit
            readOnly: true
            servers:
              - { name: "{host}.sql.example", database: Orders, intent: read-only, to: sql-a, tls: { name: a.example }, serverLogin: { user: reader, password: "${env:PATH}" } }
              - { application: "Excel*", networks: [10.0.0.0/8], to: sql-a, tls: { mode: none } }
              - { application: "Excel*", to: sql-b, tls: { mode: strict, name: b.example, trust: { insecureSkipVerify: true } } }
              - { login: "report_*", to: sql-a, tls: { mode: none } }
              - { name: "{host}.dynamic.example", to: "{host}", tls: { mode: none } }
            """;

    private static final String SNI = "{ mode: sni, servers: [ { name: \"a.*\", to: sql-a } ] }";

    private static RouteSetup route(String settings) {
        RouteSetup setup = TestRoute.with(new TdsProtocol()).settings(settings);
        for (String name : List.of("sql-a", "sql-b")) {
            setup = settings.contains(name) ? setup.destinations(name) : setup;
        }
        return setup;
    }

    private static Explained explain(RouteSetup setup, String... lines) throws RefusedException {
        try (TestRoute route = setup.open()) {
            return Objects.requireNonNull(route.explain(Caller.ANONYMOUS, lines));
        }
    }

    @Test
    void theRuleThatFitsAndWhyTheOthersDoNotAreTold() throws RefusedException {
        Explained first = explain(route(TERMINATE), "server=tcp:First.SQL.example,1433", "database=orders", "login=app", "application=Excel 16", "intent=read-only");
        assertThat(first.to()).isEqualTo(DestinationName.parse("sql-a"));
        assertThat(first.steps()).containsExactly(
                "servers[0] takes it to destination sql-a",
                "the server is spoken to in TLS as TDS 7 has it, and must show a certificate for a.example by an authority of the system",
                "it sees login reader in place of the client's app",
                "statements are counted, and each is told in the audit; those that may change something are denied");
        Explained third = explain(route(TERMINATE), "server=first.sql.example", "database=Orders", "login=app", "application=Excel 16");
        assertThat(third.to()).isEqualTo(DestinationName.parse("sql-b"));
        assertThat(third.steps()).startsWith(
                "servers[0] is not for it: its `intent` is read-only",
                "servers[1] is not for it: its `networks` are [10.0.0.0/8]",
                "servers[2] takes it to destination sql-b",
                "the server is spoken to in TLS as TDS 8.0 has it (strict), and believed whatever certificate it shows",
                "it sees the client's own login app");
        assertThat(explain(route(TERMINATE), "server=x", "login=report_7").steps()).startsWith(
                "servers[0] is not for it: its `name` is {host}.sql.example",
                "servers[1] is not for it: its `networks` are [10.0.0.0/8]",
                "servers[2] is not for it: its `application` is Excel*",
                "servers[3] takes it to destination sql-a",
                "the server is spoken to without TLS");
        assertThat(explain(route(TERMINATE), "server=sql-b.dynamic.example").to()).isEqualTo(DestinationName.parse("sql-b"));
    }

    @Test
    void theRoutesOwnDestinationIsTold() throws RefusedException {
        Explained own = explain(route("""
                mode: terminate
                encryption: optional
                servers: [ { database: Orders, to: sql-a, tls: { mode: none } } ]
                serverTls: { mode: none }
                redirects: [ { inner: "sql-c.example:1433", outer: "c.contoso.com:1433" } ]
                """).to("sql-b"), "database=Crm");
        assertThat(own.to()).isEqualTo(DestinationName.parse("sql-b"));
        assertThat(own.steps()).containsExactly(
                "servers[0] is not for it: its `database` is Orders",
                "it goes to the route's own destination sql-b",
                "the server is spoken to without TLS",
                "it sees the client's own login",
                "if a server sends it to sql-c.example:1433, it is told c.contoso.com:1433 and goes there itself; before TDS 7.4 the gateway does",
                "statements are not told of");
    }

    @Test
    void whereTlsPassesTheNameAloneCounts() throws RefusedException {
        RouteSetup sni = route(SNI);
        Explained named = explain(sni, "server=a.example", "database=Orders");
        assertThat(named.to()).isEqualTo(DestinationName.parse("sql-a"));
        assertThat(named.steps()).containsExactly(
                "servers[0] takes it to destination sql-a", "TLS passes between client and server, and so does what the login says");
        assertThatThrownBy(() -> explain(sni, "database=Orders")).hasMessageStartingWith("the client names no server in TLS");
        assertThatThrownBy(() -> explain(sni, "server=b.example"))
                .hasMessage("no server is known for server name \"b.example\": servers[0] is not for it: its `name` is a.*");
        Explained passing = explain(route("mode: passthrough").to("sql-b"), "server=a.example");
        assertThat(passing.to()).isEqualTo(DestinationName.parse("sql-b"));
        assertThat(passing.steps()).containsExactly("all passes as it is");
    }

    @Test
    void whatWouldBeRefusedIsRefusedWithTheReasonOfEachRule() {
        assertThatThrownBy(() -> explain(route(TERMINATE), "server=a b.dynamic.example", "database=Crm", "login=app"))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
                .hasMessageStartingWith("no server is known for server name \"a b.dynamic.example\", database \"Crm\" and login \"app\": servers[0] is not for it: ")
                .hasMessageContaining("servers[3] is not for it: its `login` is report_*")
                .hasMessageEndingWith("servers[4] is not for it: what its `name` captures makes no destination of `to` {host}");
    }

    @Test
    void wordsThatAreNoneOfALoginAreSaidToBeNone() {
        wrong("expected a part of a login as `database=Orders`: one of server, database, login, application, intent; found 'Orders'", "Orders");
        wrong("found 'password=x'", "password=x");
        wrong("found '=x'", "=x");
        wrong("a login has one `database`, found 'database=b' besides", "database=a", "database=b");
        wrong("expected `intent=read-only` or `intent=read-write`, found 'intent=any'", "intent=any");
    }

    private static void wrong(String words, String... lines) {
        for (String settings : List.of(TERMINATE, SNI)) {
            assertThatThrownBy(() -> explain(route(settings), lines)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(words);
        }
    }
}
