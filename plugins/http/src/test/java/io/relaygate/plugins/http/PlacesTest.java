package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places that answer themselves, and those that have several destinations. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class PlacesTest {

    private static RouteSetup place(String settings) {
        return route("hosts: { a: { " + settings + " } }");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'to: \"https://${host}${target}\", status: 308' | /x%20y?q=1 | 308 Permanent Redirect | https://a/x%20y?q=1",
        "'to: \"/new${path}\"' | /x?q=1 | 307 Temporary Redirect | /new/x",
        "'to: \"${path}/\", status: 301' | /x | 301 Moved Permanently | /x/",
        "'to: \"https://b.test/?u=${header.X-A}#${method}\", status: 302' | / | 302 Found | https://b.test/?u=b%20%C3#GET",
        "'to: \"${scheme}://${host:-b}:81${path}#x\", status: 303' | /?y | 303 See Other | http://a:81/#x"})
    void clientIsSentElsewhereAndItsConnectionGoesOn(String redirect, String asked, String status, String location) {
        try (TestRoute route = place("redirect: { " + redirect + " }").open()) {
            TestSession session = route.connect();
            for (int i = 0; i < 2; i++) {
                session.client().sends(head("GET " + asked + " HTTP/1.1", "Host: a:8080", "X-A: b \u00c3"));
                session.client().receives(head("HTTP/1.1 " + status, "Location: " + location, "Content-Length: 0"));
            }
            session.client().closes();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }

    @ParameterizedTest
    @CsvSource({"//evil.test/", "/\\evil.test/"})
    void pathIsNoHostToBeSentTo(String path) {
        assertThat(Once.refused(place("redirect: { to: \"${path}x\" }"), "GET " + path + " HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void answerIsTheOneOfTheSettings() {
        String answer = "answer: { body: \"<p>Back at \u20ac\", type: text/html, retryAfter: 10m, fields: { X-Was: \"${method} ${header.X-A}\", X-Not: \"${header.No}\" } }";
        try (TestRoute route = place(answer).open()) {
            TestSession session = route.connect();
            session.client().sends(head("HEAD /x HTTP/1.1", "Host: a", "X-A: b"));
            session.client().receives(head("HTTP/1.1 503 Service Unavailable", "Content-Type: text/html", "Retry-After: 600", "X-Was: HEAD b", "Content-Length: 14"));
            session.client().sends(head("POST /x HTTP/1.1", "Host: a", "X-A: b", "Content-Length: 3") + "abc" + head("GET / HTTP/1.0", "Host: a", "Connection: keep-alive"));
            assertThat(headOf(session.client())).contains("X-Was: POST b\r\n", "Content-Length: 14\r\n").doesNotContain("Connection");
            assertThat(session.client().receives(14)).asString(UTF_8).isEqualTo("<p>Back at \u20ac");
            assertThat(headOf(session.client())).contains("X-Was: GET\r\n", "Connection: keep-alive\r\n");
            session.client().receives(14);
            session.client().closes();
            session.ending();
        }
    }

    @Test
    void bodyThatIsNotThereYetIsNotWaitedFor() {
        try (TestRoute route = place("answer: { status: 204 }").open()) {
            TestSession session = route.connect();
            session.client().sends(head("PUT /x HTTP/1.1", "Host: a", "Content-Length: 100") + "a");
            session.client().receives(head("HTTP/1.1 204 No Content", "Connection: close"));
            session.client().receivesToTheEnd();
            session.client().closes();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, '', far", "GET /, X-Beta: 1, beta", "GET /, X-Beta: 2, far", "GET /?beta, '', beta", "POST /, '', beta", "POST /, X-Beta: 3, far",
        "GET /api, '', far", "GET /api, X-Beta: 1, beta"})
    void destinationIsTheFirstWhoseConditionIsMet(String request, String field, String destination) {
        String cases = """
                hosts:
                  a:
                    to: far
                    cases:
                      - { when: { header: { X-Beta: "3" } }, to: far, path: { add: /third } }
                      - { when: { any: [ { method: [POST, PUT] }, { header: { X-Beta: "1" } }, { query: { beta: "*" } } ] }, to: beta }
                    paths: { /api: { to: far, cases: [ { when: { header: { X-Beta: "1" } }, to: beta } ] } }
                """;
        String[] lines = (request + " HTTP/1.1~Host: a" + (field.isEmpty() ? "" : "~" + field)).split("~", -1);
        Once once = Once.answered(route(cases).destinations("far", "beta"), destination, new String[] {"HTTP/1.1 204 No Content"}, lines);
        assertThat(once.seen()).startsWith(request.split(" ", -1)[0] + (field.equals("X-Beta: 3") ? " /third/ " : " /"));
    }

    @Test
    void placeThatHasNothingButCasesIsNowhereForTheRest() {
        RouteSetup setup = place("cases: [ { when: { method: GET }, answer: { status: 200 } }, { when: { method: PUT }, redirect: { to: / } } ]");
        assertThat(Once.here(setup, "GET / HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(Once.here(setup, "PUT / HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 307 Temporary Redirect\r\nLocation: /\r\n");
        assertThat(Once.refused(setup, "DELETE / HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void answersOfPlacesAreCountedAndToldOfAsOthers() {
        try (TestRoute route = route("log: audit\nhosts: { a: { answer: { status: 410 } } }").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET / HTTP/1.1", "Host: a"));
            headOf(session.client());
            session.client().closes();
            session.ending();
            assertThat(session.events()).singleElement().satisfies(event -> assertThat(event.facts()).containsEntry("status", "410"));
            assertThat(route.metrics()).contains("relaygate_http_requests_total{host=\"a\",route=\"test\",status=\"4xx\"} 1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{} | needs `to`, `redirect`, `answer`, `cases` or `paths`",
        "{ to: far, answer: {} } | says one of `to`, `redirect` and `answer`",
        "{ answer: {}, path: { strip: /x } } | need `to`",
        "{ answer: {}, host: b } | need `to`",
        "{ to: far, when: { method: GET } } | `when` is for `cases`",
        "{ cases: [ { to: far } ] } | needs `when`",
        "{ cases: [ { when: { method: GET }, to: far, cors: { origins: \"*\" } } ] } | each of `cases` needs `when`",
        "{ cases: [ { when: { status: 404 }, to: far } ] } | `status` is for rules of responses",
        "{ paths: { /x: { to: far, paths: { /y: { to: far } } } } } | neither `when` nor `paths`",
        "{ redirect: {} } | is missing",
        "{ redirect: { to: /x, status: 304 } } | is 301, 302, 303, 307 or 308",
        "{ redirect: { to: x } } | expected an address as",
        "{ redirect: { to: //b.test/ } } | expected an address as",
        "{ redirect: { to: \"/a b\" } } | expected an address as",
        "{ redirect: { to: \"${query.next}\" } } | expected an address as",
        "{ redirect: { to: \"https://a.test${query.next}\" } } | expected an address as",
        "{ redirect: { to: \"https://${header.x}.a.test/\" } } | expected an address as",
        "{ redirect: { to: \"${response.x}\" } } | for responses alone",
        "{ answer: { status: 100 } } | must be at least 200",
        "{ answer: { status: 204, body: x } } | has no `body`",
        "{ answer: { type: \"a\\tb\\n\" } } | expected a media type",
        "{ answer: { fields: { Connection: x } } } | set by the gateway",
        "{ answer: { fields: { X: \"${1}\" } } } | there is no pattern",
        "{ answer: { fields: { X: \"a\\nb\" } } } | a character that no field has"})
    void placeThatCannotBeIsRefused(String place, String problem) {
        assertThat(route("hosts: { a: " + place + " }").destinations("far").problems()).isNotEmpty().first().asString().contains(problem);
    }
}
