package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.Network;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rules of a {@code permit:} let pass, by name and by address. */
class PermitTest {

    private static final OwnPorts OWN = new OwnPorts(
            () -> Map.of("in", "127.0.0.1:1433, 0.0.0.0:11500", "hub", "weu/site-oslo", "admin", "127.0.0.1:9000"));

    /** A name below corp.contoso.com for SQL; a network for SSH; names that must be in a network; all other places for 80. */
    private static final Permit PERMIT = new Permit(
            "jump",
            List.of(
                    rule("*.corp.contoso.com", "", "1433,11000-11999"),
                    rule("", "10.1.0.0/16", "22"),
                    rule("app.contoso.com,*.app.contoso.com", "10.2.0.0/16", "443"),
                    rule("", "0.0.0.0/0,::/0", "80"),
                    rule("", "127.0.0.0/8,169.254.169.254,::1", "8080,9000"),
                    rule("localhost", "127.0.0.1", "1433")),
            OWN);

    private static PermitRule rule(String hosts, String networks, String ports) {
        return new PermitRule(
                words(hosts).map(HostPattern::parse).toList(),
                words(networks).map(Network::parse).toList(),
                words(ports).map(PortRange::parse).toList());
    }

    private static Stream<String> words(String list) {
        return Arrays.stream(list.split(",", -1)).filter(word -> !word.isEmpty());
    }

    private static void ask(String asked, String address) throws RefusedException {
        HostPort host = PERMIT.named(HostPort.parse(asked));
        PERMIT.check(host, InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "db.corp.contoso.com:1433, 10.9.9.9",
        "DB.Corp.Contoso.COM:1433, 10.9.9.9",
        "db.corp.contoso.com.:1433, 10.9.9.9",
        "a.b.corp.contoso.com:11000, 10.9.9.9",
        "a.b.corp.contoso.com:11999, 2001:db8::1",
        "10.1.2.3:22, 10.1.2.3",
        "any.example:22, 10.1.255.255",
        "'[::ffff:10.1.2.3]:22', 10.1.2.3",
        "10.1.2.3:22, ::ffff:10.1.2.3",
        "app.contoso.com:443, 10.2.0.1",
        "x.app.contoso.com:443, 10.2.0.1",
        "198.51.100.7:80, 198.51.100.7",
        "'[2001:db8::1]:80', 2001:db8::1",
        "127.0.0.1:8080, 127.0.0.1",
        "localhost:8080, ::1",
        "169.254.169.254:8080, 169.254.169.254",
        "localhost:1433, 127.0.0.1",
    })
    void permitsWhatARuleSays(String asked, String address) {
        assertThatCode(() -> ask(asked, address)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "corp.contoso.com:1433       | 10.9.9.9        | { hosts: [corp.contoso.com], ports: [1433] }",
        "xcorp.contoso.com:1433      | 10.9.9.9        | { hosts: [xcorp.contoso.com], ports: [1433] }",
        "db.corp.contoso.com:1434    | 10.9.9.9        | { hosts: [db.corp.contoso.com], ports: [1434] }",
        "db.corp.contoso.com:12000   | 10.9.9.9        | { hosts: [db.corp.contoso.com], ports: [12000] }",
        "10.9.9.9:1433               | 10.9.9.9        | { networks: [10.9.9.9], ports: [1433] }",
        "10.0.0.1:22                 | 10.0.0.1        | { networks: [10.0.0.1], ports: [22] }",
        "any.example:22              | 10.0.0.1        | { hosts: [any.example], ports: [22] }",
        "app.contoso.com:443         | 10.3.0.1        | { hosts: [app.contoso.com], ports: [443] }",
        "10.2.0.1:443                | 10.2.0.1        | { networks: [10.2.0.1], ports: [443] }",
        "[2001:db8::1]:22            | 2001:db8::1     | { networks: [\"2001:db8::1\"], ports: [22] }",
    })
    void saysWhichRuleIsMissing(String asked, String address, String rule) {
        assertThatThrownBy(() -> ask(asked, address))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                .hasMessageContaining("a rule under destinations.jump.permit would: " + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "0.1.2.3", "::", "169.254.1.1", "169.254.169.254",
        "::ffff:169.254.169.254", "fe80::1", "168.63.129.16", "fd00:ec2::254", "100.100.100.200", "224.0.0.1", "239.1.2.3",
        "255.255.255.255", "ff02::1", "::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    })
    void specialAddressesNeedARuleOfTheirOwn(String address) {
        InetAddress special = InetAddress.ofLiteral(address);
        String literal = new HostPort(address, 80).toString();
        for (String asked : List.of(literal, "rebound.example:80")) {
            assertThatThrownBy(() -> PERMIT.check(PERMIT.named(HostPort.parse(asked)), special))
                    .as(asked)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("does not list it");
        }
        assertThatThrownBy(() -> ask("db.corp.contoso.com:1433", address))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("hosts: [db.corp.contoso.com], networks: [");
    }

    @Test
    void aPortOfTheGatewayNeedsItsAddressAlone() {
        assertThatThrownBy(() -> ask("10.1.2.3:1434", "10.1.2.3")).isInstanceOf(RefusedException.class);
        Permit wide = new Permit("jump", List.of(rule("", "127.0.0.0/8", "1-65535")), OWN);
        Permit alone = new Permit("jump", List.of(rule("", "127.0.0.1", "1-65535")), OWN);
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        for (int port : new int[] {1433, 11500}) {
            HostPort own = new HostPort("127.0.0.1", port);
            assertThatThrownBy(() -> wide.check(own, loopback)).hasMessageContaining("is a port of this gateway");
            assertThatCode(() -> alone.check(own, loopback)).doesNotThrowAnyException();
        }
        assertThatCode(() -> wide.check(new HostPort("127.0.0.1", 1434), loopback)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1"})
    void theAdminPortIsNeverPermitted(String address) {
        assertThatThrownBy(() -> ask(new HostPort(address, 9000).toString(), address))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is the admin port of this gateway, which no session may reach");
    }

    @Test
    void withoutRulesNothingIsPermitted() {
        Permit none = new Permit("db", List.of(), OWN);
        assertThatThrownBy(() -> none.named(HostPort.parse("db.example:1433")))
                .hasMessage("db.example:1433 is nothing that destination 'db' permits; a rule under destinations.db.permit would: "
                        + "{ hosts: [db.example], ports: [1433] }");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a.b..", "a_b!", "ä.example", "\u212Aelvin.example", "a%00b", "-\u202E"})
    void whatIsNoHostIsMalformed(String host) {
        Permit all = new Permit("jump", List.of(rule("*", "", "1-65535")), OWN);
        assertThatThrownBy(() -> all.named(new HostPort(host, 80)))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
        assertThatThrownBy(() -> all.named(new HostPort("a".repeat(64), 80))).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> all.named(new HostPort("a", 0))).isInstanceOf(RefusedException.class);
        assertThatCode(() -> all.named(new HostPort("a", 80))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "::1", "a.*", "*a.example", "a b", "", "*.*.example", "."})
    void patternsThatAreNoneAreRefused(String text) {
        assertThatThrownBy(() -> HostPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "1-", "-1", "9-8", "0-9", "1-65536", "x", "1 - 2", "123456"})
    void portsThatAreNoneAreRefused(String text) {
        assertThatThrownBy(() -> PortRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
