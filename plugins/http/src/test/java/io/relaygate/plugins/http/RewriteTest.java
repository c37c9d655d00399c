package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths, queries and hosts that destinations see, and what they say of themselves put back. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class RewriteTest {

    private static RouteSetup place(String settings) {
        return route("hosts: { a: { to: far, " + settings + " } }").destinations("far");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "strip: /api | /api/x | /x",
        "strip: /api | /api | /",
        "strip: /api | /api/ | /",
        "strip: /api | /apis | /apis",
        "strip: /api | /api//x%2Fy;z?a=/api | //x%2Fy;z?a=/api",
        "strip: /api | * | *",
        "add: /v2 | / | /v2/",
        "add: /v2/ | /x | /v2/x",
        "'strip: /api, add: /v2' | /api | /v2",
        "'strip: /api, add: /v2' | /api?x | /v2?x",
        "'strip: /api, add: /v2' | /api/v2 | /v2/v2",
        "'pattern: \"^/([a-z]+)/(.*)\", value: \"/${2}/${1}\"' | /a/b%20c?q | /b%20c/a?q",
        "'pattern: \".*\", value: \"\"' | /a | /",
        "'pattern: \"^/t\", value: \"/${query.t}/${header.X-A}\"' | /t?t=%41 | /%41/b%20%2F%E4?t=%41",
        "'strip: /a, pattern: \"/b\", value: \"/c\", add: /d' | /a/b/b | /d/c/c"})
    void pathForTheDestinationIsChangedAsItCame(String change, String asked, String seen) {
        String method = asked.equals("*") ? "OPTIONS " : "GET ";
        assertThat(Once.onward(place("path: { " + change + " }"), method + asked + " HTTP/1.1", "Host: a", "X-A: b /\u00e4").seen())
                .startsWith(method + seen + " HTTP/1.1\r\nHost: a\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "add: /mine | /../yours", "add: /mine | /%2e%2e/yours", "add: /mine | /x/%252e./yours", "add: /mine | /..%2fyours", "add: /mine | /..;x/yours",
        "add: /mine | /x\\..\\yours", "add: /mine | /..", "strip: /api | /api/../x", "'pattern: \"^/\", value: \"\"' | /x",
        "'pattern: \"^/x\", value: \"/${query.q}\"' | /x?q=..", "'pattern: \"^/x\", value: \"/${query.q}\"' | /x?q=a?b"})
    void pathThatLeadsOutOfItsPlaceOrBecomesNoneIsRefused(String change, String asked) {
        assertThat(Once.refused(place("path: { " + change + " }"), "GET " + asked + " HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "set: { a: 1 } | /x | /x?a=1",
        "set: { a: 1 } | /x?b=%20&a=2&&c&%61=3 | /x?b=%20&a=1&&c",
        "set: { a: '${header.X-A:-q}' } | /x?a=2 | /x?a=b%26%20%E4%2B",
        "set: { a: '${header.No}' } | /x?b&a=2 | /x?b",
        "set: { a: '${query.b}x' } | /x?b=%26+c | /x?b=%26+c&a=%26+cx",
        "add: { a: 1, 'b c': '%20' } | /x?a=2 | /x?a=2&a=1&b%20c=%20",
        "remove: [a, 'utm_*'] | /x?b=1&a=2&utm_x=1&UTM_y=1&a | /x?b=1&UTM_y=1",
        "remove: a | /x?a=1 | /x",
        "remove: a | /x | /x",
        "'remove: b, set: { a: 1 }, add: { b: 2 }' | /x?b=1 | /x?a=1&b=2"})
    void queryForTheDestinationIsChangedAndTheRestOfItStays(String change, String asked, String seen) {
        assertThat(Once.onward(place("query: { " + change + " }"), "GET " + asked + " HTTP/1.1", "Host: a", "X-A: b& \u00e4+").seen())
                .startsWith("GET " + seen + " HTTP/1.1\r\n");
    }

    @Test
    void hostForTheDestinationIsMadeOfWhatIsKnown() {
        RouteSetup setup = place("host: \"${header.X-Shop:-main}.inner.test:8080\"");
        String[] moved = {"HTTP/1.1 301 Moved", "Content-Length: 0", "Location: http://one.inner.test:8080/x"};
        Once once = Once.answered(setup, moved, "GET / HTTP/1.1", "Host: a", "X-Shop: One");
        assertThat(once.seen()).contains("\r\nHost: one.inner.test:8080\r\n");
        assertThat(once.heard()).contains("\r\nLocation: http://a/x\r\n");
        assertThat(Once.onward(setup, "GET / HTTP/1.1", "Host: a").seen()).contains("\r\nHost: main.inner.test:8080\r\n");
        assertThat(Once.refused(setup, "GET / HTTP/1.1", "Host: a", "X-Shop: b/c")).startsWith("HTTP/1.1 400 ").contains("http_request_denied");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Location: http://inner.test/v2/x?y | Location: http://a/api/x?y",
        "Location: http://inner.test/v2 | Location: http://a/api",
        "Location: http://inner.test/v22 | Location: http://inner.test/v22",
        "Location: http://inner.test | Location: http://inner.test",
        "Location: http://other.test/v2/x | Location: http://other.test/v2/x",
        "Location: /v2/x | Location: /api/x",
        "Location: /v2?x=/v2 | Location: /api?x=/v2",
        "Location: /elsewhere | Location: /elsewhere",
        "Location: x/y | Location: x/y",
        "Content-Location: /v2/x | Content-Location: /api/x",
        "Refresh: 5; url=http://inner.test/v2/x | Refresh: 5; url=http://a/api/x",
        "Refresh: 5; URL=\"/v2/x\" | Refresh: 5; URL=\"/api/x\"",
        "Refresh: 5 | Refresh: 5",
        "Refresh: 5; url= | Refresh: 5; url=",
        "Link: </v2/x>; rel=\"a, <b>\\\" </v2>\", <http://inner.test/v2/y>; rel=c | Link: </api/x>; rel=\"a, <b>\\\" </v2>\", <http://a/api/y>; rel=c",
        "Link: </v2/x | Link: </api/x",
        "Set-Cookie: a=/v2; Path=/v2; Domain=inner.test | Set-Cookie: a=/v2; Path=/api",
        "Set-Cookie: path=/v2; path=/v2/x | Set-Cookie: path=/v2; path=/api/x",
        "Set-Cookie: a=1; Path=/ | Set-Cookie: a=1; Path=/",
        "Set-Cookie: __Host-a=1; Path=/ | Set-Cookie: __Host-a=1; Path=/"})
    void whereTheDestinationSaysItIsIsSaidAsTheClientKnowsIt(String said, String heard) {
        String[] answer = {"HTTP/1.1 204 No Content", "A: 1", said};
        Once once = Once.answered(place("host: inner.test, path: { strip: /api, add: /v2 }"), answer, "GET /api/x HTTP/1.1", "Host: a");
        assertThat(once.heard()).isEqualTo(Talk.head("HTTP/1.1 204 No Content", "A: 1", heard, "Via: 1.1 gw"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Location: / | Location: /api/", "Location: http://a:80/x | Location: http://a/api/x", "Set-Cookie: a=1; Path=/ | Set-Cookie: a=1; Path=/api",
        "Set-Cookie: __Host-a=1; Path=/ | Set-Cookie: __Host-a=1; Path=/"})
    void pathThatWasTakenAwayIsPutBack(String said, String heard) {
        String[] answer = {"HTTP/1.1 204 No Content", said};
        assertThat(Once.answered(place("path: { strip: /api }"), answer, "GET /api/x HTTP/1.1", "Host: a").heard())
                .isEqualTo(Talk.head("HTTP/1.1 204 No Content", heard, "Via: 1.1 gw"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/v2/17/user | /users/17", "/v2/17/user/x?y#z | /users/17/x?y#z", "/v2/a/user | /v2/a/user", "/other | /other", "/users/17 | /users/17",
        "http://inner.test/v2/17/user | http://a/users/17"})
    void whatAPatternHasChangedIsPutBackWhereThatCanBeTold(String said, String heard) {
        String[] answer = {"HTTP/1.1 204 No Content", "Location: " + said};
        String path = "host: inner.test, path: { pattern: \"^/users/([0-9]+)\", value: \"/v2/${1}/user\" }";
        assertThat(Once.answered(place(path), answer, "GET /users/1 HTTP/1.1", "Host: a").heard())
                .isEqualTo(Talk.head("HTTP/1.1 204 No Content", "Location: " + heard, "Via: 1.1 gw"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/api/b?x | /v2/b?x", "http://a/api/b | http://inner.test/v2/b", "http://A:80/api/b | http://inner.test/v2/b", "/api | /v2"})
    void addressesOfWebDavAreSaidAsTheDestinationKnowsThem(String said, String seen) {
        String place = "hosts: { a: { paths: { /api: { to: far, host: inner.test, path: { strip: /api, add: /v2 } } } } }";
        String[] asked = {"MOVE /api/a HTTP/1.1", "Host: a", "Destination: " + said, "If: (<urn:uuid:1>) <" + said + "> (<urn:uuid:2> [\"(<\"]) <http://other/> (Not <x>)"};
        assertThat(Once.onward(route(place).destinations("far"), asked).seen())
                .startsWith("MOVE /v2/a HTTP/1.1\r\n")
                .contains("\r\nDestination: " + seen + "\r\nIf: (<urn:uuid:1>) <" + seen + "> (<urn:uuid:2> [\"(<\"]) <http://other/> (Not <x>)\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/private/x | 502", "http://a/private/x | 502", "http://other/open/x | 502", "http://a:81/open/x | 502", "/open%2f..%2fprivate/x | 400", "/nowhere | 502",
        "x | 400", "ftp://a/x | 400", "http:/a | 400"})
    void nothingIsMovedToAPlaceWhereOtherSettingsCount(String destination, int status) {
        String places = "hosts: { a: { paths: { /open: { to: far }, /private: { to: far, perSource: { atOnce: 1 } } } } }";
        try (TestRoute route = route(places).destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(Talk.head("MOVE /open/a HTTP/1.1", "Host: a", "Destination: " + destination));
            Peer far = session.destination("far");
            assertThat(Talk.headOf(session.client())).startsWith("HTTP/1.1 " + status + " ");
            session.client().receivesToTheEnd();
            session.client().closes();
            far.seesAReset();
            session.ending();
        }
    }

    /** Whatever clients say there is an address below the destination's path, or refused. */
    @Test
    void addressesOfWebDavLeadNowhereElse() {
        Random random = new Random(11);
        String letters = "/.%2fe:?#<>()[]\"\\ @a1h\u00e4";
        String place = "hosts: { a: { paths: { /api: { to: far, host: inner.test, path: { strip: /api, add: /v2 } } } } }";
        int mapped = 0;
        try (TestRoute route = route(place).destinations("far").open()) {
            for (int i = 0; i < 5_000; i++) {
                StringBuilder url = new StringBuilder(random.nextBoolean() ? "http://a/api/x/y" : "/api/x/y");
                for (int j = random.nextInt(4); j > 0; j--) {
                    int at = random.nextInt(url.length());
                    url.replace(at, at + random.nextInt(2), String.valueOf(letters.charAt(random.nextInt(letters.length()))));
                }
                try {
                    List<String> steps = Objects.requireNonNull(route.explain(Caller.ANONYMOUS, "MOVE http://a/api/a", "Destination: " + url, "If: <" + url + "> (<b>)")).steps();
                    assertThat(steps).as(url.toString()).anyMatch(step -> step.matches("  Destination: (http://inner\\.test)?/v2([/?].*)?"));
                    mapped++;
                } catch (RefusedException e) {
                    assertThat(e.getMessage()).as(url.toString()).matches("(400|502): .*");
                }
            }
        }
        assertThat(mapped).isBetween(1_000, 4_500);
    }

    @Test
    void destinationIsToldWhichPathWasTakenAway() {
        String place = "\nhosts: { a: { to: far, path: { strip: /api } } }";
        RouteSetup replacing = TestRoute.with(new HttpProtocol()).settings("name: gw" + place).destinations("far");
        assertThat(Once.onward(replacing, "GET /api/x HTTP/1.1", "Host: a", "X-Forwarded-Prefix: /forged").seen()).contains("\r\nX-Forwarded-Prefix: /api\r\n");
        assertThat(Once.onward(replacing, "GET /x HTTP/1.1", "Host: a").seen()).doesNotContain("X-Forwarded-Prefix");
        RouteSetup appending = TestRoute.with(new HttpProtocol()).settings("name: gw\ntrustedProxies: [127.0.0.1]" + place).destinations("far");
        assertThat(Once.onward(appending, "GET /api/x HTTP/1.1", "Host: a", "X-Forwarded-Prefix: /outer").seen())
                .contains("\r\nX-Forwarded-Prefix: /outer/api\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "path: {} | says one at least of `strip`",
        "path: { strip: api } | expected a path as in `/api`",
        "'path: { add: \"/a b\" }' | expected a path as in `/api`",
        "'path: { add: \"/a?b\" }' | expected a path as in `/api`",
        "path: { pattern: x } | go together",
        "'path: { pattern: x, value: \"${1}\" }' | the pattern has 0",
        "'path: { pattern: x, value: \"a?b\" }' | expected a part of a path",
        "'path: { pattern: x, value: \"${status}\" }' | for responses alone",
        "query: {} | says one at least of `set`",
        "'query: { set: { a: \"b&c\" } }' | as it stands in an address",
        "'query: { add: { a: \"${1}\" } }' | there is no pattern",
        "'host: \"${host\"' | a variable is written",
        "'host: \"${response.x}\"' | for responses alone",
        "'storage: { endpoint: \"https://acct.blob.inner.test\" }, query: { remove: a }' | leave `host`, `path` and `query` out"})
    void changeThatCannotBeIsRefused(String settings, String problem) {
        assertThat(place(settings).problems()).singleElement().asString().contains(problem);
    }
}
