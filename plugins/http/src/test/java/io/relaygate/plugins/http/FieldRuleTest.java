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
        "{ remove: '~[x-z]' }          | ''",
        "{ remove: '~x.+' }                | X: a~Y: b~x: c",
        "{ rename: X, value: Q }           | Y: b~Q: a~Q: c",
        "{ replace: X, pattern: '[ac]', value: '<${0}>' } | X: <a>~Y: b~x: <c>",
        "{ replace: X, pattern: '^(a)?c?$', value: '${1:-none}' } | X: a~Y: b~x: none",
        "{ replace: X, pattern: '^a', value: '$1 $ ${method}' } | X: $1 $ GET~Y: b~x: c",
        "{ replace: Q, pattern: a, value: b } | X: a~Y: b~x: c",
        "{ dedupe: X, keep: first }        | X: a~Y: b",
        "{ dedupe: X, keep: last }         | Y: b~x: c",
        "{ dedupe: X, keep: unique }       | X: a~Y: b~x: c",
        "{ set: Z, value: '${header.X:-q}' } | X: a~Y: b~x: c~Z: a, c",
        "{ set: X, value: '${header.Q}' }  | Y: b",
        "{ add: X, value: '${header.Q}' }  | X: a~Y: b~x: c",
        "{ set: Z, value: '$${host}' }     | X: a~Y: b~x: c~Z: ${host}",
        "{ set: Z, value: 1, when: { method: [PUT, GET] } } | X: a~Y: b~x: c~Z: 1",
        "{ set: Z, value: 1, when: { method: PUT } } | X: a~Y: b~x: c"})
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
        "{ remove: '~(' }                      | expected a regular expression of RE2, found '('",
        "{ remove: 'a b' }                     | expected the name of a field",
        "{ rename: X, value: Connection }      | set by the gateway",
        "{ append: Set-Cookie, value: a=1 }    | is no list",
        "{ set: 'X Y', value: a }              | expected the name of a field",
        "{ set: X, value: \"a\\r\\nY: b\" }    | a character that no field has",
        "{ set: X }                            | needs a `value`",
        "{ remove: X, value: a }               | take no `value`",
        "{ set: X, add: Y, value: a }          | says one of",
        "{ value: a }                          | says one of",
        "{ dedupe: X, keep: first, value: a }  | take no `value`",
        "{ dedupe: X }                         | `keep` with `dedupe`",
        "{ replace: X, value: a }              | `pattern` goes with `replace`",
        "{ set: X, pattern: a, value: a }      | `pattern` goes with `replace`",
        "{ set: X, keep: first, value: a }     | `keep` with `dedupe`",
        "{ replace: Host, pattern: a, value: a } | set by the gateway",
        "{ replace: X, pattern: '(', value: a } | expected a regular expression of RE2",
        "{ replace: X, pattern: '(a)', value: '${2}' } | the pattern has 1",
        "{ set: X, value: '${1}' }             | there is no pattern",
        "{ set: X, value: '${colour}' }        | there is no variable '${colour}'; there are client.ip, client.port,",
        "{ set: X, value: '${env:HOME}' }      | there is no variable '${env:HOME}'",
        "{ set: X, value: '${header.}' }       | there is no variable '${header.}'",
        "{ set: X, value: '${host' }           | a variable is written",
        "{ set: X, value: '${host:-${path}}' } | a variable is written",
        "{ set: X, value: \"${host:-\\a}\" } | a character that no field has",
        "{ set: X, value: '${response.Server}' } | ${response.Server}' is known in rules for responses alone",
        "{ set: X, value: '${status}' }        | ${status}' is known in rules for responses alone",
        "{ set: X, value: a, always: true }    | are for rules of responses",
        "{ set: X, value: a, when: { not: { status: 5xx } } } | are for rules of responses",
        "{ set: X, value: a, when: {} }        | a condition says one at least",
        "{ set: X, value: a, when: { method: 'GET POST' } } | expected a method or the name of a field",
        "{ set: X, value: a, when: { header: { 'a b': 1 } } } | expected a method or the name of a field",
        "{ set: X, value: a, when: { path: '~(' } } | expected a regular expression of RE2",
        "{ set: X, value: a, when: { network: 10.0.0.1/8 } } | bits end within its prefix",
        "{ set: X, value: a, when: { scheme: ftp } } | ftp",
        "{ set: X, value: a, when: { sni: 'a b' } } | expected a server name",
        "{ set: X, value: a, when: { certificate: '~(' } } | expected a regular expression of RE2",
        "{ set: X, value: a, when: { path: '/%41' } } | expected a path as in `/api`",
        "{ set: X, value: a, when: { path: api } } | expected a path as in `/api`"})
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

    @Test
    void rulesGoByTheRequestAsItCameAndVariablesStandForWhatIsKnown() {
        String rules = """
                request:
                  - { remove: Tenant }
                  - { set: X-All, value: "${client.ip} ${scheme} ${host} ${method} ${path} ${query} ${query.b c} ${cookie.c} ${header.Tenant} ${caller} ${route}" }
                  - { set: X-Ids, value: "${session}-1 ${request.id}" }
                  - { set: X-Time, value: "${time}" }
                response:
                  - { set: Server, value: x }
                  - { set: X-Was, value: "${response.Server} ${status} ${target}" }
                """.replace("${query.b c}", "${query.b}");
        try (TestRoute route = route(rules).to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /p%20q?a=1&%62=%20x HTTP/1.1", "Host: A.example:81", "Tenant: one", "Tenant: two", "Cookie: d=1; c=2; c=3"));
            Peer far = session.destination("far");
            String seen = headOf(far);
            assertThat(seen).contains("X-All: 127.0.0.1 http a.example GET /p%20q a=1&%62=%20x %20x 2 one, two anonymous test\r\n")
                    .containsPattern("X-Ids: ([0-9a-f]{32}-1) \\1\r\n").containsPattern("X-Time: [0-9-]{10}T[0-9:.]+Z\r\n");
            far.sends(head("HTTP/1.1 204 No Content", "Server: y"));
            assertThat(headOf(session.client())).contains("Server: x\r\n", "X-Was: y 204 /p%20q?a=1&%62=%20x\r\n");
            session.client().closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void ruleThatIsAlwaysDoneIsDoneToTheGatewaysOwnAnswersToo() {
        String rules = """
                hosts: { a: { to: far } }
                response:
                  - { set: X-Always, value: "${host:-none} ${status}", always: true }
                  - { set: X-Bad, value: "1", always: true, when: { status: 400 } }
                  - { remove: Proxy-Status, always: true }
                  - { set: X-Far, value: "1" }
                """;
        try (TestRoute route = route(rules).destinations("far").open()) {
            for (String[] each : new String[][] {{"GET / HTTP/1.1\r\nHost: b", "X-Always: b 404\r\n"}, {"GET / HTTP/1.1\r\nX : y", "X-Always: none 400\r\nX-Bad: 1\r\n"}}) {
                TestSession session = route.connect();
                session.client().sends(head(each[0]));
                assertThat(headOf(session.client())).contains(each[1]).doesNotContain("X-Far", "Proxy-Status");
                session.client().receivesToTheEnd();
                session.client().closes();
                session.ending();
            }
        }
    }

    @Test
    void valueThatIsMadeTooLargeIsRefused() {
        try (TestRoute route = route("request: [ { replace: X, pattern: '.', value: '${header.X}' } ]").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET / HTTP/1.1", "Host: a", "X: " + "x".repeat(1000)));
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 400 ");
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource({"/x, far", "/admin/x, admin", "/admin%2Fx, 400", "/%61dmin, 400", "/x/../admin, 400", "/v1/a, version", "/v%31/a, 400", "/caf%C3%A9, far"})
    void conditionOnAPathThatIsAnotherOneOnceItIsDecodedIsNotGuessed(String path, String sees) {
        String rules = "request: [ { set: X, value: admin, when: { path: /admin } }, { set: X, value: version, when: { path: '~/v[0-9]/.*' } } ]";
        try (TestRoute route = route(rules).to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET " + path + " HTTP/1.1", "Host: a"));
            if (sees.equals("400")) {
                assertThat(headOf(session.client())).startsWith("HTTP/1.1 400 ");
                session.client().receivesToTheEnd();
                session.client().closes();
            } else {
                Peer far = session.destination("far");
                assertThat(headOf(far)).contains(sees.equals("far") ? "Host: a\r\nVia" : "X: " + sees + "\r\n");
                far.sends(head("HTTP/1.1 204 No Content"));
                headOf(session.client());
                session.client().closes();
                far.seesTheEnd().closes();
            }
            session.ending();
        }
    }
}
