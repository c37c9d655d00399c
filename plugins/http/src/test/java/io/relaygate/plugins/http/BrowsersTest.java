package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.RouteSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What browsers are told, and traces. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class BrowsersTest {

    private static final String[] ANSWER = {"HTTP/1.1 204 No Content", "Access-Control-Allow-Origin: *", "access-control-max-age: 1", "Vary: Accept"};

    private static RouteSetup cors(String settings) {
        return route("cors: { " + settings + " }").to("far");
    }

    @Test
    void preflightIsAnsweredHere() {
        RouteSetup setup = cors("origins: [\"https://app.test\", \"http://[::1]:81\"], methods: [GET, PUT], headers: [X-A, X-B], expose: [ETag], credentials: true, maxAge: 1h");
        String[] asked = {"OPTIONS /x HTTP/1.1", "Host: a", "Origin: https://app.test", "Access-Control-Request-Method: PUT"};
        assertThat(Once.here(setup, asked)).isEqualTo(head("HTTP/1.1 204 No Content", "Access-Control-Allow-Methods: GET, PUT",
                "Access-Control-Allow-Headers: X-A, X-B", "Access-Control-Max-Age: 3600", "Vary: Origin", "Access-Control-Allow-Origin: https://app.test",
                "Access-Control-Allow-Credentials: true"));
        asked[2] = "Origin: https://app.test.evil";
        assertThat(Once.here(setup, asked)).isEqualTo(head("HTTP/1.1 204 No Content", "Vary: Origin"));
        asked[2] = "Origin: null";
        assertThat(Once.here(setup, asked)).isEqualTo(head("HTTP/1.1 204 No Content", "Vary: Origin"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://app.test | Vary: Accept~Vary: Origin~Access-Control-Allow-Origin: https://app.test~Access-Control-Expose-Headers: ETag",
        "http://app.test | Vary: Accept~Vary: Origin",
        "https://APP.test | Vary: Accept~Vary: Origin"})
    void responseSaysWhoMayReadItAndTheDestinationsWordDoesNotCount(String origin, String heard) {
        RouteSetup setup = cors("origins: \"https://app.test\", expose: ETag");
        assertThat(Once.answered(setup, ANSWER, "OPTIONS /x HTTP/1.1", "Host: a", "Origin: " + origin).heard())
                .isEqualTo(head(("HTTP/1.1 204 No Content~" + heard + "~Via: 1.1 gw").split("~", -1)));
    }

    @Test
    void anyPageMayReadWhatIsForAll() {
        RouteSetup setup = cors("origins: \"*\"");
        assertThat(Once.answered(setup, ANSWER, "GET /x HTTP/1.1", "Host: a", "Origin: null").heard())
                .isEqualTo(head("HTTP/1.1 204 No Content", "Vary: Accept", "Access-Control-Allow-Origin: *", "Via: 1.1 gw"));
        assertThat(Once.answered(setup, ANSWER, "GET /x HTTP/1.1", "Host: a").heard()).isEqualTo(head("HTTP/1.1 204 No Content", "Vary: Accept", "Via: 1.1 gw"));
    }

    @Test
    void placeSaysWhatItsRouteDoesNot() {
        RouteSetup setup = route("""
                cors: { origins: "https://route.test" }
                security: { referrer: route }
                hosts:
                  a: { to: far, cors: { origins: "https://a.test" }, paths: { /x: { to: far, cors: { origins: "https://x.test" } }, /y: { to: far } } }
                  b: { to: far, security: { referrer: b } }
                """).destinations("far");
        for (String[] each : new String[][] {{"/", "a", "a", "route"}, {"/x", "a", "x", "route"}, {"/y", "a", "a", "route"}, {"/", "b", "route", "b"}}) {
            String origin = "https://" + each[2] + ".test";
            assertThat(Once.onward(setup, "GET " + each[0] + " HTTP/1.1", "Host: " + each[1], "Origin: " + origin).heard())
                    .contains("Access-Control-Allow-Origin: " + origin + "\r\n", "Referrer-Policy: " + each[3] + "\r\n");
        }
        assertThat(Once.refused(setup, "GET / HTTP/1.1", "Host: c", "Origin: https://route.test"))
                .contains("HTTP/1.1 404 ", "Access-Control-Allow-Origin: https://route.test\r\n", "X-Frame-Options: DENY\r\n");
    }

    @Test
    void browsersAreToldToBeCarefulWhereTheResponseDoesNotSayOtherwise() {
        RouteSetup setup = route("security: { hsts: 8760h, subdomains: true, content: \"default-src 'self'\", frames: same }").to("far");
        assertThat(Once.answered(setup, new String[] {"HTTP/1.1 204 No Content", "content-security-policy: none"}, "GET / HTTP/1.1", "Host: a").heard())
                .isEqualTo(head("HTTP/1.1 204 No Content", "content-security-policy: none", "X-Content-Type-Options: nosniff", "X-Frame-Options: SAMEORIGIN",
                        "Referrer-Policy: strict-origin-when-cross-origin", "Via: 1.1 gw"));
        assertThat(Once.onward(route("security: { nosniff: false, frames: any }").to("far"), "GET / HTTP/1.1", "Host: a").heard())
                .isEqualTo(head("HTTP/1.1 204 No Content", "Referrer-Policy: strict-origin-when-cross-origin", "Via: 1.1 gw"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cors: {} | is missing", "cors: { origins: [] } | needs at least one", "cors: { origins: [\"*\", \"https://a.test\"] } | leave the others out",
        "cors: { origins: \"*\", credentials: true } | browsers refuse it", "cors: { origins: \"https://a.test\", headers: \"*\", credentials: true } | browsers refuse it",
        "cors: { origins: \"https://a.test/\" } | expected an origin", "cors: { origins: \"https://a.test:443\" } | expected an origin",
        "cors: { origins: \"null\" } | expected an origin", "cors: { origins: \"https://*.test\" } | expected an origin",
        "cors: { origins: \"https://a.test\", methods: \"GET, PUT\" } | expected a method or the name of a field", "cors: { origins: \"*\", maxAge: 25h } | must be at most 24h",
        "security: { subdomains: true } | goes with `hsts`", "security: { content: \"a\\nb\" } | expected the value of a field"})
    void whatBrowsersWouldNotTakeIsRefused(String settings, String problem) {
        assertThat(route(settings).to("far").problems()).isNotEmpty().first().asString().contains(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00, true", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more, true",
        "00-00000000000000000000000000000000-b7ad6b7169203331-00, false", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-00, false",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00, false", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more, false", "nonsense, false"})
    void traceBeginsWhereThereIsNone(String parent, boolean stays) {
        RouteSetup setup = route("trace: true").to("far");
        String seen = Once.onward(setup, "GET / HTTP/1.1", "Host: a", "traceparent: " + parent, "tracestate: a=b").seen();
        if (stays) {
            assertThat(seen).contains("traceparent: " + parent + "\r\n", "tracestate: a=b\r\n");
        } else {
            assertThat(seen).containsPattern("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n").doesNotContain(parent, "tracestate");
        }
        assertThat(Once.onward(setup, "GET / HTTP/1.1", "Host: a").seen()).contains("traceparent: 00-");
        assertThat(Once.onward(route("").to("far"), "GET / HTTP/1.1", "Host: a").seen()).doesNotContain("traceparent");
    }
}
