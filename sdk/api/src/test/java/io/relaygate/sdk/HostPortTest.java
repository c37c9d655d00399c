package io.relaygate.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:80, localhost, 80",
        "sql01.corp.example:1433, sql01.corp.example, 1433",
        "192.0.2.7:65535, 192.0.2.7, 65535",
        "0.0.0.0:0, 0.0.0.0, 0",
        "[::1]:5, ::1, 5",
        "[::]:443, ::, 443",
        "[2001:db8::7]:22, 2001:db8::7, 22",
        "[::ffff:192.0.2.7]:22, ::ffff:192.0.2.7, 22",
        "[fe80::1%eth0]:22, fe80::1%eth0, 22",
        "a:00080, a, 80",
        "ø.example:1, ø.example, 1",
        "under_score:1, under_score, 1",
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:80", "192.0.2.7:1", "[::1]:5", "[fe80::1%eth0]:22"})
    void writesWhatItReads(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``|expected host:port, found ''",
        "localhost|expected host:port, found 'localhost'",
        "80|expected host:port, found '80'",
        "[::1]|expected host:port, found '[::1]'",
        ":80|expected host:port, found no host",
        "localhost:|port must be 0 to 65535, found ''",
        "localhost:http|port must be 0 to 65535, found 'http'",
        "localhost:-1|port must be 0 to 65535, found '-1'",
        "localhost:+1|port must be 0 to 65535, found '+1'",
        "localhost:65536|port must be 0 to 65535, found '65536'",
        "localhost:99999|port must be 0 to 65535, found '99999'",
        "localhost:000080|port must be 0 to 65535, found '000080'",
        "localhost:4294967297|port must be 0 to 65535, found '4294967297'",
        "localhost:٣|port must be 0 to 65535, found '٣'",
        "localhost: 80|port must be 0 to 65535, found ' 80'",
        "` localhost:80`|expected a host name or an IP address, found ' localhost'",
        "two words:80|expected a host name or an IP address, found 'two words'",
        "::1:80|an IPv6 address needs brackets: [address]:port, found '::1:80'",
        ":::80|an IPv6 address needs brackets: [address]:port, found ':::80'",
        "[localhost]:80|brackets are for IPv6 addresses, found '[localhost]:80'",
        "[]:80|brackets are for IPv6 addresses, found '[]:80'",
        "[::1:80|expected a host name or an IP address, found '[::1'",
        "::1]:80|expected a host name or an IP address, found '::1]'",
        "http://host:80|expected a host name or an IP address, found 'http://host'",
        "tcp:host:80|expected a host name or an IP address, found 'tcp:host'",
        "user@host:80|expected a host name or an IP address, found 'user@host'",
        "host/path:80|expected a host name or an IP address, found 'host/path'",
    })
    void saysWhatIsWrong(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text)).withMessage(message);
    }

    @Test
    void refusesALineEndInAHost() {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse("host\r\nHost: evil:80"));
    }

    @Test
    void checksWhatIsGivenInParts() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("[::1]", 80));
        assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("host", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HostPort("host", 65536));
    }
}
