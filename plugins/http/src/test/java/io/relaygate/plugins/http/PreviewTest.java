package io.relaygate.plugins.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would become of requests. */
@Timeout(60)
class PreviewTest {

    private static final RouteSetup ROUTE = TestRoute.with(new HttpProtocol()).settings("""
            name: gw
            request:
              - { set: X-Caller, value: "${caller}" }
              - { remove: X-None }
              - { set: X-Beta, value: "1", when: { query: { beta: "*" } } }
            response:
              - { remove: Server, always: true }
              - { set: X, value: "1", when: { status: 5xx } }
              - { set: X, value: "1", when: { method: PUT } }
            hosts:
              "*.shop.test":
                to: far
                cases: [ { when: { header: { X-Canary: "*" } }, to: beta } ]
                paths: { /api: { to: far, path: { strip: /api } }, /old: { redirect: { to: "https://new.test${path}" } } }
            """).destinations("far", "beta");

    private static Explained explain(String... lines) throws RefusedException {
        try (TestRoute route = ROUTE.open()) {
            return Objects.requireNonNull(route.explain(new Caller("alice", "certificate", Set.of()), lines));
        }
    }

    @Test
    void placeRulesAndWhatTheDestinationSeesAreTold() throws RefusedException {
        Explained explained = explain("POST https://a.shop.test/api/x?sig=1&b=2", "Authorization: Bearer secret", "Connection: close");
        assertThat(explained.to()).isEqualTo(DestinationName.parse("far"));
        assertThat(explained.steps()).startsWith(
                        "host *.shop.test, path /api takes it to destination far",
                        "rule request[0] (set X-Caller) is done",
                        "rule request[1] (remove X-None) changes nothing",
                        "rule request[2] (set X-Beta) is not for it",
                        "it sees POST /x?sig=***&b=2",
                        "  Host: a.shop.test",
                        "  Authorization: ***",
                        "  X-Caller: alice")
                .contains("  X-Forwarded-For: 127.0.0.1", "  X-Forwarded-Proto: https", "  X-Forwarded-Prefix: /api")
                .endsWith(
                        "rule response[0] (remove Server) is for its response",
                        "rule response[1] (set X) depends on the response",
                        "rule response[2] (set X) is not for its response");
    }

    @Test
    void patternThatCannotBePutBackIsNoted() {
        RouteSetup setup = TestRoute.with(new HttpProtocol()).destinations("far").settings("""
                hosts:
                  a: { to: far, path: { pattern: "^/u/([0-9]+)", value: "/v/${1}" } }
                  b: { to: far, cases: [ { when: { method: PUT }, to: far, path: { pattern: "x+", value: "y" } } ] }
                """);
        try (TestRoute route = setup.open()) {
            assertThat(route.notes()).singleElement().asString().startsWith("host b, case 1: what `pattern` changes in a path stays so in responses");
        }
    }

    @Test
    void caseAndAnswerAreTold() throws RefusedException {
        assertThat(explain("https://a.shop.test", "X-Canary: 1").steps()).startsWith("host *.shop.test, case 1 takes it to destination beta");
        Explained redirect = explain("GET http://a.shop.test/old/x");
        assertThat(redirect.steps()).containsExactly("host *.shop.test, path /old answers it with 307", "  Location: https://new.test/old/x");
        assertThat(redirect.to()).isNull();
    }

    @Test
    void whatWouldBeRefusedIsRefused() {
        assertThatThrownBy(() -> explain("GET https://other.test/")).hasMessage("421: nothing is served here by this name")
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        assertThatThrownBy(() -> explain("GET http://other.test/")).hasMessageStartingWith("404: ");
        assertThatThrownBy(() -> explain("TRACE http://a.shop.test/")).hasMessageStartingWith("501: ");
        assertThatThrownBy(() -> explain("GET http://a.shop.test/x", "X : y")).hasMessageStartingWith("400: ");
        assertThatThrownBy(() -> explain("MOVE http://a.shop.test/api/x", "Destination: /y")).hasMessageStartingWith("502: ");
        assertThatThrownBy(() -> explain("GET /x")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected a request as");
    }
}
