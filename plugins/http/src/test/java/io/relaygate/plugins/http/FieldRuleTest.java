package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.onward;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for fields. */
@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class FieldRuleTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ set: X, value: new }            | Y: b~X: new",
        "{ set: Z, value: new }            | X: a~Y: b~x: c~Z: new",
        "{ add: X, value: new }            | X: a~Y: b~x: c~X: new",
        "{ lacking: X, value: new }        | X: a~Y: b~x: c",
        "{ lacking: Z, value: new }        | X: a~Y: b~x: c~Z: new",
        "{ append: x, value: new }         | Y: b~x: a, c, new",
        "{ append: Z, value: new }         | X: a~Y: b~x: c~Z: new",
        "{ remove: X }                     | Y: b",
        "{ remove: 'y*' }                  | X: a~x: c",
        "{ remove: '*' }                   | ''",
        "{ rename: X, value: Q }           | Y: b~Q: a~Q: c"})
    void ruleIsDoneToRequestsAndToResponses(String rule, String left) {
        try (TestRoute route = route("request: [ " + rule + " ]\nresponse: [ " + rule + " ]").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET / HTTP/1.1", "Host: a", "X: a", "Y: b", "x: c"));
            Peer far = session.destination("far");
            String[] request = (left.isEmpty() ? "GET / HTTP/1.1~Host: a" : "GET / HTTP/1.1~Host: a~" + left).split("~", -1);
            assertThat(headOf(far)).isEqualTo(onward(request));
            far.sends(head("HTTP/1.1 204 No Content", "X: a", "Y: b", "x: c"));
            assertThat(headOf(session.client()))
                    .isEqualTo(head(("HTTP/1.1 204 No Content" + (left.isEmpty() ? "" : "~" + left) + "~Via: 1.1 gw").split("~", -1)));
            session.client().closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ set: Host, value: a }               | set by the gateway",
        "{ add: content-LENGTH, value: a }     | set by the gateway",
        "{ remove: Transfer-Encoding }         | set by the gateway",
        "{ rename: X, value: Connection }      | set by the gateway",
        "{ append: Set-Cookie, value: a=1 }    | is no list",
        "{ set: 'X Y', value: a }              | expected the name of a field",
        "{ set: X, value: \"a\\r\\nY: b\" }    | a character that no field has",
        "{ set: X }                            | needs a `value`",
        "{ remove: X, value: a }               | takes no `value`",
        "{ set: X, add: Y, value: a }          | says one of",
        "{ value: a }                          | says one of"})
    void ruleThatCannotBeIsRefused(String rule, String problem) {
        assertThat(route("request: [ " + rule + " ]").to("far").problems()).singleElement().asString().contains(problem);
    }

    @Test
    void gatewaysOwnFieldsAreAddedWhateverRulesSay() {
        try (TestRoute route = TestRoute.with(new HttpProtocol()).settings("name: gw\nrequest: [ { set: X-Forwarded-For, value: nobody }, { remove: \"*\" } ]").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("POST / HTTP/1.1", "Host: a", "Via: 1.1 other", "Content-Length: 1") + "b");
            Peer far = session.destination("far");
            assertThat(headOf(far)).contains("Host: a\r\n", "Via: 1.1 other\r\nVia: 1.1 gw\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "Content-Length: 1\r\n");
            far.receives("b").sends(head("HTTP/1.1 204 No Content"));
            headOf(session.client());
            session.client().closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }
}
