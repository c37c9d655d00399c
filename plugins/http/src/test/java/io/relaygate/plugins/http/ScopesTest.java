package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done to fields where a host, a path or a case has rules of its own, also before it is known where a request goes. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class ScopesTest {

    private static final String NESTED = """
            request: [ { set: X, value: route } ]
            response: [ { set: Y, value: route, always: true } ]
            hosts:
              a:
                to: far
                request: [ { append: X, value: host } ]
                response: [ { append: Y, value: host, always: true } ]
                cases:
                  - { when: { method: PUT }, to: far, request: [ { append: X, value: case } ], response: [ { append: Y, value: case } ] }
                paths:
                  /p:
                    to: far
                    request: [ { append: X, value: path } ]
                    response: [ { append: Y, value: path } ]
                    cases: [ { when: { method: PUT }, to: far, request: [ { append: X, value: case } ] } ]
              b: { to: far }
            """;

    private static RouteSetup nested() {
        return route(NESTED).destinations("far");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET / | a | route, host | route, host", "PUT / | a | route, host, case | route, host, case", "GET /p | a | route, host, path | route, host, path",
        "PUT /p/q | a | route, host, path, case | route, host, path", "GET / | b | route | route"})
    void rulesAreDoneFromTheOutsideIn(String request, String host, String seen, String heard) {
        Once once = Once.onward(nested(), request + " HTTP/1.1", "Host: " + host);
        assertThat(once.seen()).contains("\r\nX: " + seen + "\r\n");
        assertThat(once.heard()).contains("\r\nY: " + heard + "\r\n");
    }

    @Test
    void orderIsShownBeforehand() throws RefusedException {
        try (TestRoute route = nested().open()) {
            List<String> steps = Objects.requireNonNull(route.explain(Caller.ANONYMOUS, "PUT http://a/p")).steps();
            assertThat(steps).containsSubsequence(
                    "host a, path /p, case 1 takes it to destination far",
                    "rule request[0] (set X) is done",
                    "rule host a, request[0] (append X) is done",
                    "rule host a, path /p, request[0] (append X) is done",
                    "rule host a, path /p, case 1, request[0] (append X) is done",
                    "  X: route, host, path, case",
                    "rule response[0] (set Y) is for its response",
                    "rule host a, response[0] (append Y) is for its response",
                    "rule host a, path /p, response[0] (append Y) is for its response");
        }
    }

    @Test
    void whatADestinationIsCalledByIsNotKnownBeforehand() throws RefusedException {
        try (TestRoute route = route("hosts: { a: { to: far, host: destination, path: { pattern: x, value: y } } }").destinations("far").open()) {
            assertThat(Objects.requireNonNull(route.explain(Caller.ANONYMOUS, "http://a/x")).steps()).contains(
                    "  Host: that of the address that answers",
                    "what the pattern of its path has changed is not put back in responses: it cannot be told from what came out");
        }
    }

    private static final String SECURED = """
            security: { frames: same, referrer: origin }
            response: [ { set: X-Route, value: "${method:-none}", always: true } ]
            timeouts: { head: 1s }
            limits: { head: 300 }
            hosts: { a: { to: far, security: { frames: deny, referrer: no-referrer }, response: [ { set: X-Host, value: a, always: true } ] } }
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400 | GET / HTTP/1.1~Host: a~X : y | false", "431 | GET / HTTP/1.1~Host: a~X: LONG | false", "501 | TRACE / HTTP/1.1~Host: a | true",
        "417 | PUT / HTTP/1.1~Host: a~Expect: gold | true", "404 | GET / HTTP/1.1~Host: b | false"})
    void errorsThatComeEarlyHaveTheFieldsOfTheHostIfItIsKnown(int status, String lines, boolean known) {
        String heard = Once.refused(route(SECURED).destinations("far"), lines.replace("LONG", "x".repeat(300)).split("~", -1));
        assertThat(heard).startsWith("HTTP/1.1 " + status + " ").contains("\r\nX-Route: ", "\r\nX-Content-Type-Options: nosniff\r\n");
        if (known) {
            assertThat(heard).contains("\r\nX-Frame-Options: DENY\r\n", "\r\nX-Host: a\r\n");
        } else {
            assertThat(heard).contains("\r\nX-Frame-Options: SAMEORIGIN\r\n").doesNotContain("X-Host");
        }
    }

    @Test
    void clientThatIsTooLateHearsTheFieldsOfTheRoute() {
        try (TestRoute route = route(SECURED).destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET / HTTP/1.1", "Host: a"));
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 204 No Content"));
            headOf(session.client());
            far.seesTheEnd().closes();
            session.client().sends("GET / HTTP/1.1\r\nHost: a\r\n");
            try (Ticking _ = new Ticking(route.clock(), 11)) {
                assertThat(headOf(session.client())).startsWith("HTTP/1.1 408 ").contains("\r\nX-Route: none\r\n", "\r\nReferrer-Policy: origin\r\n");
                session.client().receivesToTheEnd();
            }
            session.client().closes();
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ answer: {}, request: [ { set: X, value: a } ] } | rules for `request` are about what a destination sees",
        "{ to: far, request: [ { set: X, value: '${status}' } ] } | for responses alone",
        "{ to: far, request: [ { set: X, value: a, always: true } ] } | are for rules of responses",
        "{ to: far, response: [ { set: Host, value: a } ] } | set by the gateway"})
    void rulesThatCannotBeAreRefused(String place, String problem) {
        assertThat(route("hosts: { a: " + place + " }").destinations("far").problems()).isNotEmpty().first().asString().contains(problem);
    }

    @Test
    void conditionsOfAPlacesRulesCountForPathsThatAreAnotherOnceDecoded() {
        RouteSetup setup = route("hosts: { a: { to: far, request: [ { set: X, value: a, when: { path: /admin } } ] } }").destinations("far");
        assertThat(Once.refused(setup, head("GET /%61dmin HTTP/1.1", "Host: a").strip().split("\r\n", -1))).startsWith("HTTP/1.1 400 ");
    }
}
