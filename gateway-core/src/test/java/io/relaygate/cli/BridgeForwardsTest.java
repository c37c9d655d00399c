package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.Bridge.Local;
import io.relaygate.Bridge.Target;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What azbridge's expressions mean. What is none of them is refused in {@link BridgeCommandTest}. */
class BridgeForwardsTest {

    private static BridgeForwards forwards(String host) {
        return new BridgeForwards(Path.of("/work"), host);
    }

    private static String words(Local local) {
        return local.listen() + " " + local.hybridConnection() + "/" + local.port();
    }

    private static String words(Target target) {
        return target.hybridConnection() + "/" + target.port() + " " + target.to();
    }

    @ParameterizedTest
    @CsvSource({
        "1433:h,                       '127.0.0.1:1433 h/1433'",
        "1433/Sql:h,                   '127.0.0.1:1433 h/Sql'",
        "0.0.0.0:1433/sql:h,           '0.0.0.0:1433 h/sql'",
        "host:22:a/b,                  'host:22 a/b/22'",
        "[::1]:1433/sql:h,             '[::1]:1433 h/sql'",
        "127.0.1.1:1433/sql;2222/ssh:h, '127.0.1.1:1433 h/sql, 127.0.0.1:2222 h/ssh'",
        "sql.sock:h,                   'unix:/work/sql.sock h/sql.sock'",
        "sql.sock/sql:h,               'unix:/work/sql.sock h/sql'",
        "/run/sql.sock:h,              'unix:/run/sql.sock h/sql.sock'",
    })
    void readsPortsThatListen(String text, String meant) throws Failure {
        assertThat(forwards("127.0.0.1").locals(text).stream().map(BridgeForwardsTest::words).collect(Collectors.joining(", "))).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "h:1433,                       'h/1433 localhost:1433'",
        "h:sql/1433,                   'h/sql localhost:1433'",
        "h:sql01:1433,                 'h/1433 sql01:1433'",
        "h:Sql/sql01:1433,             'h/Sql sql01:1433'",
        "a/b:sql/[2001:db8::1]:1433,   'a/b/sql [2001:db8::1]:1433'",
        "h:sql/sql01:1433;ssh/22,      'h/sql sql01:1433, h/ssh localhost:22'",
        "h:sql.sock,                   'h/sql.sock unix:/work/sql.sock'",
        "h:sql/sql.sock,               'h/sql unix:/work/sql.sock'",
        "h:sql//run/sql.sock,          'h/sql unix:/run/sql.sock'",
        "h:/run/sql.sock,              'h/sql.sock unix:/run/sql.sock'",
    })
    void readsTargets(String text, String meant) throws Failure {
        assertThat(forwards("127.0.0.1").targets(text).stream().map(BridgeForwardsTest::words).collect(Collectors.joining(", "))).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, 0.0.0.0:1433", "192.0.2.7, 192.0.2.7:1433", "[::1], [::1]:1433"})
    void portsWithoutAnAddressListenWhereTheOptionsSay(String host, String meant) throws Failure {
        assertThat(forwards(host).locals("1433:h").getFirst().listen()).hasToString(meant);
    }
}
