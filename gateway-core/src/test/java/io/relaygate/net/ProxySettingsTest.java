package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a proxy and its exceptions are written. */
class ProxySettingsTest {

    @ParameterizedTest
    @CsvSource({
        "http://proxy:8080, http://proxy:8080", "http://proxy, http://proxy:80", "https://proxy.corp.example/, https://proxy.corp.example:443",
        "HTTP://my_proxy:3128, http://my_proxy:3128", "http://[2001:db8::1]:3128, http://[2001:db8::1]:3128", "direct, direct",
    })
    void readsAProxy(String text, String read) {
        assertThat(ProxyUrl.parse(text)).hasToString(read);
        assertThat(text).matches("(?i)" + ProxyUrl.PATTERN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy:8080", "socks5://proxy:1080", "http://", "http://proxy:x", "http://proxy:99999", "http://proxy/path", "http://a b", "none"})
    void refusesWhatIsNone(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyUrl.parse(text));
    }

    @Test
    void neverRepeatsALogin() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyUrl.parse("http://me:s3cret@proxy:8080"))
                .withMessageContaining("`username:`").withMessageNotContaining("s3cret");
        for (String wrong : List.of("socks5://me:s3cret@proxy:1080", "http://me:s3cret@proxy:nn", "http://me:s3%cret@proxy:80", "http://%3Aa:s3cret@proxy")) {
            assertThatIllegalArgumentException().isThrownBy(() -> WayOut.of(null, Map.of("HTTPS_PROXY", wrong)))
                    .withMessageStartingWith("HTTPS_PROXY of the environment: ").withMessageContaining("outboundProxy").withMessageNotContaining("s3");
        }
    }

    @Test
    void theEnvironmentSpeaksWhereTheConfigurationIsSilent() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://big:1", "https_proxy", "small:2", "no_proxy", "a.example, .b.example 10.0.0.0/8,");
        WayOut out = WayOut.of(null, environment);
        assertThat(out.words()).isEqualTo("http://small:2, as HTTPS_PROXY says");
        assertThat(out.exceptions()).extracting(NoProxy::text).containsExactly("a.example", ".b.example", "10.0.0.0/8");
        assertThat(WayOut.of(null, environment)).isEqualTo(out).isNotEqualTo(WayOut.straight());
        assertThat(WayOut.of(null, Map.of("HTTPS_PROXY", " "))).isEqualTo(WayOut.straight());
        OutboundProxySettings direct = new OutboundProxySettings(ProxyUrl.parse("direct"), null, null, List.of(), null);
        assertThat(WayOut.of(direct, environment)).isEqualTo(WayOut.straight());
        OutboundProxySettings own = new OutboundProxySettings(ProxyUrl.parse("http://own:3"), null, null, List.of(), null);
        assertThat(WayOut.of(own, environment).words()).isEqualTo("http://own:3, as `outboundProxy.url` says");
        assertThatIllegalArgumentException().isThrownBy(() -> WayOut.of(null, Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "192.168.*")))
                .withMessageContaining("NO_PROXY").withMessageContaining("192.168.*");
    }

    @Test
    void aColonAloneInTheEnvironmentMeansTheTicketsOfTheAccount() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://:@proxy:1", "KRB5CCNAME", "FILE:/run/user/7/krb5cc");
        WayOut out = WayOut.of(null, environment);
        assertThat(out.words()).isEqualTo("http://proxy:1 by Kerberos with the tickets in /run/user/7/krb5cc, as HTTPS_PROXY says");
        assertThat(out).isEqualTo(WayOut.of(null, environment)).hasSameHashCodeAs(WayOut.of(null, environment));
        assertThat(WayOut.of(null, Map.of("HTTPS_PROXY", "http://:@proxy:1", "KRB5CCNAME", "/other"))).isNotEqualTo(out);
        assertThat(WayOut.of(null, Map.of("HTTPS_PROXY", ":@proxy:1")).words()).matches("http://proxy:1 by Kerberos with the tickets (of this account|in /tmp/krb5cc_[0-9]+), as .*");
        OutboundProxySettings keytab = new OutboundProxySettings(ProxyUrl.parse("http://own:3"), null, null, true, "svc@R", Path.of("k"), List.of(), null);
        assertThat(WayOut.of(keytab, Map.of("KRB5CCNAME", "KCM:"))).as("no ticket of the account is needed").isEqualTo(WayOut.of(keytab, Map.of()));
        assertThat(WayOut.of(keytab, Map.of()).words()).isEqualTo("http://own:3 by Kerberos as svc@R with its keytab k, as `outboundProxy.url` says");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "KRB5CCNAME  | KEYRING:persistent:0 | tickets are read from files alone; set it to FILE:/PATH, for this process and for `kinit`",
        "KRB5CCNAME  | KCM:                 | tickets are read from files alone",
        "KRB5_CONFIG | /etc/a:/etc/b        | and one alone is read; name one that says `include` for the others",
    })
    void aKerberosOfTheEnvironmentThatJavaDoesNotKnowIsAMistake(String variable, String value, String told) {
        assertThatIllegalArgumentException().isThrownBy(() -> WayOut.of(null, Map.of("HTTPS_PROXY", "http://:@proxy:1", variable, value)))
                .withMessageStartingWith(variable + " of the environment ").withMessageContaining("'" + value + "'").withMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource({
        "contoso.com, contoso.com, true", "contoso.com, A.Contoso.com, true", "contoso.com, notcontoso.com, false", "contoso.com., contoso.com, true",
        ".contoso.com, contoso.com, false", ".contoso.com, a.contoso.com, true", "*.contoso.com, a.b.contoso.com, true", "*.contoso.com, contoso.com., false",
        "contoso.com:443, a.contoso.com, true", "contoso.com:80, a.contoso.com, false", "*, anything, true", "*, 192.0.2.1, true",
        "10.0.0.0/8, 10.255.0.1, true", "10.1.2.3/8, 10.255.0.1, true", "10.0.0.0/8, 11.0.0.1, false", "0.0.0.0/0, 200.1.2.3, true", "0.0.0.0/0, 2001:db8::1, false",
        "192.0.2.7, 192.0.2.7, true", "192.0.2.7, 192.0.2.8, false", "192.0.2.7:443, 192.0.2.7, true", "2001:db8::/32, 2001:db8:1::1, true",
        "[2001:db8::1]:443, 2001:db8::1, true", "[2001:db8::1]:80, 2001:db8::1, false", "::/0, fd00::1, true", "10, 10, true",
    })
    void saysWhatIsReachedWithoutTheProxy(String pattern, String host, boolean means) {
        assertThat(NoProxy.parse(pattern).means(host, 443)).isEqualTo(means);
        assertThat(pattern).matches(NoProxy.PATTERN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "http://proxy", "10.0.0.0/33", "10.0.0.0/x", "a:99999", "a:", "*.*.com", "192.168.*", "[::1", "con*.com"})
    void refusesWhatIsNoException(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> NoProxy.parse(pattern));
    }
}
