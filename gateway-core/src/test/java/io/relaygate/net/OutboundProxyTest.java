package io.relaygate.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.relaygate.relay.TestSecret;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way out through a proxy, which is good or bad. */
@Timeout(60)
class OutboundProxyTest {

    @TempDir
    static Path folder;

    private static TestAuthority authority;

    private TestProxy proxy;
    private ServerSocket echo;

    @BeforeAll
    static void issues() throws IOException {
        authority = new TestAuthority(folder);
        authority.issue("all", "CN=all", "-ext", "san=dns:web.test,ip:127.0.0.1");
    }

    @BeforeEach
    void starts() throws IOException {
        proxy = new TestProxy();
        echo = TestProxy.echo();
    }

    @AfterEach
    void stops() throws IOException {
        proxy.close();
        echo.close();
    }

    private WayOut out(@Nullable String username, @Nullable Secret password) throws IOException {
        return WayOut.of(new OutboundProxySettings(ProxyUrl.parse("http://" + proxy.address()), username, password, List.of(), null), Map.of());
    }

    private String echoed(WayOut out, String host) throws IOException {
        return echoed(out, host, Duration.ofSeconds(20));
    }

    private String echoed(WayOut out, String host, Duration limit) throws IOException {
        return out.connect(new HostPort(host, echo.getLocalPort()), Instant.now().plus(limit), _ -> {}, (link, proxied, _) -> {
            try (link) {
                link.out().write("hello".getBytes(UTF_8));
                return new String(link.in().readNBytes(5), UTF_8) + (proxied ? ", by the proxy" : "");
            }
        });
    }

    @Test
    void theProxyIsToldTheNameWhichNobodyHereKnows() throws IOException {
        assertThat(echoed(out(null, null), "relay.test")).isEqualTo("hello, by the proxy");
        assertThat(echoed(out(null, null), "2001:db8::7")).isEqualTo("hello, by the proxy");
        assertThat(proxy.asked).containsExactly("relay.test:" + echo.getLocalPort(), "[2001:db8::7]:" + echo.getLocalPort());
    }

    @Test
    void thePasswordIsReadAnewForEveryConnectionAndNeverTold() throws IOException {
        TestSecret password = new TestSecret("first-s3cret");
        WayOut out = out("gateway", password);
        proxy.login = "gateway:first-s3cret";
        assertThat(echoed(out, "relay.test")).startsWith("hello");
        proxy.login = "gateway:zw\u00f6lf:s3cret";
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out, "relay.test"))
                .withMessageStartingWith("the proxy http://" + proxy.address() + " does not take the login as 'gateway' by HTTP Basic (407 Proxy Authentication Required); compare")
                .withMessageNotContaining("s3cret");
        password.value = "zw\u00f6lf:s3cret";
        assertThat(echoed(out, "relay.test")).startsWith("hello");
        password.value = null;
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out, "relay.test")).withMessageContaining("its password cannot be read");
        assertThat(out.toString() + out.words()).doesNotContain("s3cret").contains("gateway");
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out(null, null), "relay.test"))
                .withMessageContaining("wants a login (407").withMessageContaining("outboundProxy.username");
        WayOut environment = WayOut.of(null, Map.of("HTTPS_PROXY", "http://u%73er:zw%C3%B6lf:s3cret@" + proxy.address()));
        proxy.login = "user:zw\u00f6lf:s3cret";
        assertThat(echoed(environment, "relay.test")).startsWith("hello");
        proxy.login = "other:s3cret";
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(environment, "relay.test")).withMessageNotContaining("s3cret");
        assertThat(environment.toString() + environment.words()).doesNotContain("s3cret").contains("HTTPS_PROXY", "as 'user' by HTTP Basic");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, value = {
        "HTTP/1.1 403 Forbidden~~                                                  | does not let us through to relay.test:PORT (403 Forbidden); have it allow CONNECT",
        "HTTP/1.0 502 Bad Gateway~~                                                | cannot reach relay.test:PORT itself (502 Bad Gateway); see its log",
        "HTTP/1.1 302 Found~Location: http://login.corp/~~                         | answers CONNECT to relay.test:PORT with 302 Found",
        "HTTP/1.1 407 No~Proxy-Authenticate: NTLM~proxy-authenticate: Negotiate~~  | lets nobody log in but by ntlm, negotiate (407 No); for Kerberos write `outboundProxy.negotiate: true`",
        "HTTP/1.1 407 No~Proxy-Authenticate: NTLM~Proxy-Authenticate: Digest a=b~~ | lets nobody log in but by ntlm, digest (407 No); that is not done here",
        "HTTP/1.1 407 No~Proxy-Authenticate: Basic~Proxy-Authenticate: Negotiate~~ | wants a login (407 No); give `outboundProxy.username` and `outboundProxy.password`; for Kerberos",
        "HTTP/1.1 401 Unauthorized~~                                               | wants a login (401 Unauthorized); give `outboundProxy.username`",
        "SSH-2.0-OpenSSH_9.6~~                                                     | does not speak HTTP when it is to connect to relay.test:PORT",
        "HTTP/2 200~~                                                              | does not speak HTTP",
        "HTTP/1.1 200 OK~X: y                                                      | has closed the connection when it is to connect",
        "HTTP/1.1 200 OK~X: y...                                                   | answers without an end",
        "x...                                                                      | answers without an end",
    })
    void whatAProxyDoesWrongIsToldAsItsOwn(String answer, String told) {
        proxy.answer = answer.replace("~", "\r\n");
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out(null, null), "relay.test"))
                .withMessageStartingWith("the proxy http://" + proxyAddress() + " " + told.replace("PORT", String.valueOf(echo.getLocalPort())));
    }

    private String proxyAddress() {
        try {
            return proxy.address();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aProxyThatHangsIsLeftAtTheDeadlineAndOneThatIsNotThereAtOnce() throws IOException {
        proxy.answer = "HTTP/1.1 200";
        proxy.hangs = true;
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out(null, null), "relay.test", Duration.ofMillis(100)))
                .withMessageContaining("does not say in time whether it connects to relay.test");
        WayOut out = out(null, null);
        String gone = proxy.address();
        proxy.close();
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> echoed(out, "relay.test"))
                .withMessageStartingWith("the proxy http://" + gone + ": connect to 127.0.0.1").withMessageContaining("`outboundProxy.url`");
        assertThatExceptionOfType(ProxyException.class)
                .isThrownBy(() -> echoed(WayOut.of(null, Map.of("https_proxy", "proxy.invalid:3128")), "relay.test"))
                .withMessageStartingWith("the proxy http://proxy.invalid:3128: ").withMessageEndingWith("see HTTPS_PROXY");
    }

    @Test
    void whatIsNearOrExceptedIsReachedWithoutIt() throws IOException {
        assertThat(echoed(out(null, null), "localhost")).isEqualTo("hello");
        assertThat(echoed(out(null, null), "127.0.0.1")).isEqualTo("hello");
        WayOut out = WayOut.of(proxy.settings("*.local", "10.0.0.0/8", "relay.test:444"), Map.of());
        for (String near : List.of("169.254.169.254", "::1", "fe80::1", "db.LOCAL", "a.b.local", "10.9.8.7", "app.localhost")) {
            assertThat(out.isProxied(new HostPort(near, 443))).as(near).isFalse();
        }
        for (String far : List.of("local", "11.0.0.1", "ten.10.0.0.1.example", "relay.test", "2001:db8::1")) {
            assertThat(out.isProxied(new HostPort(far, 443))).as(far).isTrue();
        }
        assertThat(out.isProxied(new HostPort("relay.test", 444))).isFalse();
        assertThat(proxy.asked).isEmpty();
    }

    @Test
    void theProxyMaySpeakTlsByItsOwnAuthority() throws IOException {
        try (TestProxy secured = new TestProxy(authority.server("all"))) {
            ProxyUrl url = ProxyUrl.parse("https://" + secured.address());
            assertThat(echoed(WayOut.of(new OutboundProxySettings(url, null, null, List.of(), authority.caFile()), Map.of()), "relay.test")).startsWith("hello");
            assertThatExceptionOfType(ProxyException.class)
                    .isThrownBy(() -> echoed(WayOut.of(new OutboundProxySettings(url, null, null, List.of(), null), Map.of()), "relay.test"))
                    .withMessageContaining("outboundProxy.caFile");
        }
    }

    @Test
    void theAuthorityOfAProxyThatReadsTlsIsTrustedThroughItAlone() throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.server("all")));
        server.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
        server.start();
        try {
            int port = server.getAddress().getPort();
            OutboundProxySettings settings = new OutboundProxySettings(ProxyUrl.parse("http://" + proxy.address()), null, null, List.of(), authority.caFile());
            WebCall named = WebCall.get(URI.create("https://web.test:" + port), null);
            WebCall near = WebCall.get(URI.create("https://127.0.0.1:" + port), null);
            Duration limit = Duration.ofSeconds(20);
            assertThat(named.send(WayOut.of(settings, Map.of()), limit, _ -> {}).head().status()).isEqualTo(204);
            assertThatIOException().isThrownBy(() -> named.send(WayOut.of(proxy.settings(), Map.of()), limit, _ -> {})).withMessageContaining("PKIX");
            assertThatIOException().isThrownBy(() -> near.send(WayOut.of(settings, Map.of()), limit, _ -> {})).withMessageContaining("PKIX");
            assertThatIOException().as("http is for networks of one's own")
                    .isThrownBy(() -> WebCall.get(URI.create("http://web.invalid:" + port), null).send(WayOut.of(settings, Map.of()), limit, _ -> {}))
                    .withMessageContaining("has no address");
            assertThatIOException().isThrownBy(() -> WebCall.get(URI.create("https://198.51.100.1/"), null).send(WayOut.of(settings, Map.of()), limit, address -> {
                throw new IOException("not to " + address.getHostAddress());
            })).withMessageContaining("not to 198.51.100.1");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anAnswerIsTheSameHoweverItComesAndNoByteTooManyIsRead() throws IOException {
        byte[] answer = "HTTP/1.0 407 Who?\r\nProxy-Authenticate:NTLM\nPROXY-AUTHENTICATE: Basic realm=\"x, y\"\r\nX: y\r\n\r\ntarget".getBytes(UTF_8);
        int end = answer.length - "target".length();
        for (int cut = 0; cut < end; cut++) {
            int length = cut;
            assertThatIOException().as("cut at " + cut).isThrownBy(() -> ProxyAnswer.read(new ByteArrayInputStream(answer, 0, length)));
        }
        ByteArrayInputStream whole = new ByteArrayInputStream(answer);
        assertThat(ProxyAnswer.read(whole)).isEqualTo(new ProxyAnswer(407, "Who?", List.of("ntlm", "basic"), false));
        assertThat(whole.readAllBytes()).asString().isEqualTo("target");
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = answer.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                mutated[random.nextInt(end)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ProxyAnswer.read(new ByteArrayInputStream(mutated)).said()).matches("[ -~]{3,204}");
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("does not speak HTTP|has closed the connection");
            }
        }
    }
}
