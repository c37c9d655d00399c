package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where requests go, and what a destination learns of who asks. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class RoutingTest {

    private static final String HOSTS = """
            hosts:
              a.example: { to: exact, paths: { /api: { to: api }, /api/v2/: { to: api2 } } }
              "*.example": { to: below }
              "*.deep.example": { to: deep }
              only.test: { paths: { /in: { to: api } } }
            """;

    private static RouteSetup hosts() {
        return route(HOSTS).destinations("exact", "api", "api2", "below", "deep");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, /, exact", "A.Example:8080, /x, exact", "a.example., /apis, exact", "a.example, /api, api", "a.example, /api?x=/api/v2, api",
        "a.example, /api/v2, api2", "a.example, /api/v2/x, api2", "a.example, /api/v22, api", "a.example, /API, exact", "b.example, /api, below",
        "b.c.example, /, below", "x.deep.example, /, deep", "deep.example, /, below", "only.test, /in, api", "a.example, *, exact"})
    void requestGoesWhereItsHostAndItsPathSay(String host, String target, String destination) {
        try (TestRoute route = hosts().open()) {
            TestSession session = route.connect();
            session.client().sends(head("OPTIONS " + target + " HTTP/1.1", "Host: " + host));
            Peer far = session.destination(destination);
            assertThat(headOf(far)).startsWith("OPTIONS " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
            far.sends(head("HTTP/1.1 204 No Content"));
            session.client().receives(head("HTTP/1.1 204 No Content", "Via: 1.1 gw")).closes();
            far.seesTheEnd().closes();
            assertThat(session.ending().destination()).hasToString(destination);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, /%61pi/secret, 400", "a.example, /x/../api, 400", "a.example, /x/%2e%2e/api, 400", "a.example, //api, 400", "a.example, /api/../x, 400",
        "a.example, /api%2fv2, 400", "a.example, /api/%252e%252e/x, 400", "a.example, /x\\..\\api, 400", "a.example, /x/..;a=b/api, 400", "example, /, 404", "only.test, /out, 404",
        "other.test, /, 404"})
    void requestThatGoesNowhereOrSomewhereElseOnceItIsDecodedIsRefused(String host, String path, int status) {
        try (TestRoute route = hosts().open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET " + path + " HTTP/1.1", "Host: " + host));
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 " + status + " ");
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
        }
    }

    private static String seen(String settings, String... lines) {
        try (TestRoute route = TestRoute.with(new HttpProtocol()).settings(settings).to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head(lines));
            Peer far = session.destination("far");
            String head = headOf(far);
            far.sends(head("HTTP/1.1 204 No Content"));
            headOf(session.client());
            session.client().closes();
            far.seesTheEnd().closes();
            session.ending();
            return head;
        }
    }

    @Test
    void whoAsksIsSaidByTheGatewayAndByNobodyElse() {
        String[] lines = {"GET / HTTP/1.1", "Host: a.example:8080", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https", "X-FORWARDED-host: b",
            "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1", "X-Request-Id: mine"};
        assertThat(seen("name: gw", lines)).isEqualTo(head("GET / HTTP/1.1", "Host: a.example:8080", "Via: 1.1 gw", "X-Request-Id: ID",
                "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: a.example:8080", "X-Forwarded-Port: 8080",
                "Forwarded: for=127.0.0.1;host=\"a.example:8080\";proto=http;by=_gw"));
        assertThat(seen("name: gw\ntrustedProxies: [127.0.0.0/8]", lines)).contains("X-Forwarded-For: 10.0.0.1, 127.0.0.1\r\n", "X-Forwarded-Proto: https\r\n",
                "X-FORWARDED-host: b\r\n", "Forwarded: for=10.0.0.1, for=127.0.0.1;host=\"a.example:8080\";proto=http;by=_gw\r\n").doesNotContain("X-Real-IP");
        assertThat(seen("name: gw\ntrustedProxies: [10.0.0.0/8]", lines)).contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n");
        assertThat(seen("name: gw\nforwarded: leave", lines)).contains("X-Forwarded-For: 10.0.0.1\r\n").doesNotContain("127.0.0.1");
    }

    @Test
    void destinationIsCalledByItsOwnName() {
        assertThat(seen("host: destination", "GET / HTTP/1.1", "Host: a")).startsWith("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n").contains("X-Forwarded-Host: a\r\n");
        String[] moved = {"HTTP/1.1 301 Moved", "Content-Length: 0", "Location: http://127.0.0.1:1/x"};
        assertThat(Once.answered(route("hosts: { a: { to: far, host: destination } }").destinations("far"), moved, "GET / HTTP/1.1", "Host: a").heard())
                .contains("\r\nLocation: http://a/x\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, 80, false, a.test", "a.test, 443, true, a.test", "a.test, 80, true, a.test:80", "a.test, 443, false, a.test:443", "A.test, 8080, false, a.test:8080",
        "2001:db8::1, 80, false, [2001:db8::1]"})
    void portOfADestinationIsSaidWhereItsSchemeHasAnother(String host, int port, boolean tls, String said) throws IOException {
        assertThat(HostHeader.of(new Session.Peer(new HostPort(host, port), tls))).hasToString(said);
    }

    @Test
    void destinationSeesTheHostThatItIsToSee() {
        assertThat(seen("host: inner.test:81", "GET / HTTP/1.1", "Host: a"))
                .startsWith("GET / HTTP/1.1\r\nHost: inner.test:81\r\n").contains("X-Forwarded-Host: a\r\n");
        assertThat(seen("host: inner.test", "GET http://A/x HTTP/1.0")).startsWith("GET /x HTTP/1.1\r\nHost: inner.test\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Location: http://inner.test/x?y#z | Location: http://a.example:8080/x?y#z",
        "Location: HTTPS://Inner.Test:443 | Location: http://a.example:8080",
        "Content-Location: http://inner.test:80/ | Content-Location: http://a.example:8080/",
        "Location: http://inner.test:81/ | Location: http://inner.test:81/",
        "Location: http://inner.test.evil/ | Location: http://inner.test.evil/",
        "Location: http://u@inner.test/ | Location: http://u@inner.test/",
        "Location: /x | Location: /x",
        "Location: //inner.test/x | Location: //a.example:8080/x",
        "Location: /x//inner.test/ | Location: /x//inner.test/",
        "Location: ftp://inner.test/ | Location: ftp://inner.test/",
        "X-Location: http://inner.test/ | X-Location: http://inner.test/",
        "Set-Cookie: a=1; Domain=inner.test; Path=/ | Set-Cookie: a=1; Path=/",
        "Set-Cookie: a=1; domain=.INNER.test | Set-Cookie: a=1",
        "Set-Cookie: a=domain; Domain=other.test; Secure | Set-Cookie: a=domain; Domain=other.test; Secure"})
    void whereTheDestinationSaysItIsIsSaidAsTheClientKnowsIt(String said, String heard) {
        try (TestRoute route = route("host: inner.test").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET / HTTP/1.1", "Host: a.example:8080"));
            Peer far = session.destination("far");
            assertThat(headOf(far)).contains("\r\nHost: inner.test\r\n");
            far.sends(head("HTTP/1.1 204 No Content", "A: 1", said, "B: 2"));
            session.client().receives(head("HTTP/1.1 204 No Content", "A: 1", heard, "B: 2", "Via: 1.1 gw")).closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void gatewayHasANameOfItsOwnByWhichItFindsLoops() {
        String seen = seen("host: preserve", "GET / HTTP/1.1", "Host: a", "Via: 1.1 relaygate-000000000000");
        assertThat(seen).containsPattern("Via: 1\\.1 relaygate-000000000000\r\nVia: 1\\.1 relaygate-[0-9a-f]{12}\r\n");
    }

    /** First bytes that have come. */
    private record Come(String text, List<String> applicationProtocols) implements FirstBytes {
        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(text.getBytes(ISO_8859_1)).asReadOnlyBuffer();
        }

        @Override
        public boolean silent() {
            return text.isEmpty();
        }

        @Override
        public @Nullable String serverName() {
            return null;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'GET / HTTP/1.1' | YES", "'GE' | MORE", "'GET ' | MORE", "'G' | MORE", "'OPTIONS *' | YES", "'GET http://a/' | YES", "'CONNECT a:1' | YES",
        "'GET key' | NO", "'SSH-2.0-x' | MORE", "'*1' | MORE", "' /' | NO", "'PRI * HTTP/2.0' | YES", "'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH' | NO"})
    void firstBytesOfARequestAreRecognised(String text, Recognition expected) throws IOException {
        assertThat(new HttpProtocol().recognise(new Come(text, List.of()))).isEqualTo(expected);
    }

    @Test
    void tlsIsRecognisedByWhatTheClientWantsToSpeakInIt() throws IOException {
        assertThat(new HttpProtocol().recognise(new Come("\u0016\u0003\u0001", List.of("h2", "http/1.1")))).isEqualTo(Recognition.YES);
        assertThat(new HttpProtocol().recognise(new Come("\u0016\u0003\u0001", List.of("postgresql")))).isEqualTo(Recognition.NO);
        assertThat(new HttpProtocol().recognise(new Come("\u0016\u0003\u0001", List.of("h2")))).isEqualTo(Recognition.YES);
        assertThat(new HttpProtocol().recognise(new Come("\u0016\u0003\u0001", List.of()))).isEqualTo(Recognition.YES);
        assertThat(new HttpProtocol().recognise(new Come("", List.of()))).isEqualTo(Recognition.NO);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThat(route("").problems()).singleElement().asString().contains("http needs `to:`");
        assertThat(route("hosts: { \"*\": { to: a } }").to("a").problems()).singleElement().asString().contains("leave one out");
        assertThat(route("hosts: { a: {} }").problems()).singleElement().asString().contains("needs `to`, `redirect`, `answer`, `cases` or `paths`");
        assertThat(route("hosts: { \"a:80\": { to: a } }").destinations("a").problems()).singleElement().asString().contains("without a port");
        assertThat(route("hosts: { a: { to: a }, A: { to: a } }").destinations("a").problems()).singleElement().asString().contains("twice");
        assertThat(route("hosts: { a: { paths: { api: { to: a } } } }").destinations("a").problems()).singleElement().asString().contains("expected a path");
        assertThat(route("host: \"a/b\"").to("a").problems()).first().asString().contains("expected `preserve`, `destination` or a host");
        assertThat(route("hosts: { a: { to: \"oslo/x\", host: destination } }").problems()).first().asString().contains("its site alone knows: say it there");
        assertThat(TestRoute.with(new HttpProtocol()).settings("forwarded: append").to("a").problems()).singleElement().asString().contains("replace", "leave");
        assertThat(route("trustedProxies: [\"10.0.0.1/8\"]").to("a").problems()).singleElement().asString().contains("bits end within its prefix");
        assertThat(route("trustedProxies: [localhost]").to("a").problems()).singleElement().asString().contains("expected a network");
        assertThat(TestRoute.with(new HttpProtocol()).settings("name: \"a b\"").to("a").problems()).singleElement().asString().contains("expected a `name`");
    }
}
