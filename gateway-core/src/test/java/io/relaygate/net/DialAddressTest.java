package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.HostPort;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialAddressTest {

    @Test
    void isAnAddressOrAnInstance() {
        assertThat(DialAddress.parse("sql01:1433")).isEqualTo(new Address.Tcp(new HostPort("sql01", 1433)));
        assertThat(DialAddress.parse("unix:/run/a\\b")).isEqualTo(new Address.Unix(Path.of("/run/a\\b")));
        assertThat(DialAddress.parse("sql03\\REPORTS")).isEqualTo(new DialAddress.Instance("sql03", "REPORTS"));
        assertThat(DialAddress.parse("[::1]\\A_$#9")).isEqualTo(new DialAddress.Instance("::1", "A_$#9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql01:1433", "[::1]:1433", "unix:/run/sql", "sql03\\REPORTS", "[::1]\\REPORTS", "10.0.0.1\\_A"})
    void looksAsItsPatternSaysAndIsWrittenAsItIsRead(String text) {
        assertThat(text).matches(DialAddress.PATTERN);
        assertThat(DialAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "sql03:1433\\REPORTS  | an instance whose port is known is named by that alone: 'sql03:1433', found 'sql03:1433\\REPORTS'",
        "sql03\\REPORTS,1433  | an instance whose port is known is named by that alone: 'sql03:1433', found 'sql03\\REPORTS,1433'",
        "sql03\\REPORTS:1433  | an instance whose port is known is named by that alone: 'sql03:1433', found 'sql03\\REPORTS:1433'",
        "sql03\\               | expected an instance of SQL Server as 'host\\NAME'",
        "sql03\\9LIVES         | expected an instance of SQL Server as 'host\\NAME'",
        "sql03\\ABCDEFGHIJKLMNOPQ | expected an instance of SQL Server as 'host\\NAME', its name of at most 16 letters",
        "sql03\\A\\B           | expected an instance of SQL Server as 'host\\NAME'",
        "::1\\REPORTS         | an IPv6 address needs brackets",
        "\\REPORTS            | found no host",
        "sql 03\\REPORTS      | expected a host name or an IP address",
    })
    void saysWhatIsWrong(String text, String trouble) {
        assertThatThrownBy(() -> DialAddress.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(trouble);
    }

    @Test
    void aBackslashThatYamlTookForSomethingElseIsPointedOut() {
        assertThatThrownBy(() -> DialAddress.parse("sql03\tEST")).hasMessageContaining("'host\\INSTANCE', which needs single quotes");
    }
}
