package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.onward;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import io.relaygate.sdk.testkit.TokenIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who calls: what clients show, what is made of it, and what a destination hears of it. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class CallersTest {

    private static final String OK = head("HTTP/1.1 204 No Content");

    private static RouteSetup route(String settings) {
        return Talk.route(settings).user("alice", "wonder:land").user("bob", "builder").patience(Duration.ofSeconds(20));
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private static String get(String... lines) {
        String fields = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        return "GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    /** The whole answer to the last request of a session. */
    private static String refusal(TestSession session, String request) {
        session.client().sends(request);
        String told = new String(session.client().receivesToTheEnd(), ISO_8859_1);
        session.client().closes();
        return told;
    }

    /** Answers the request of a session that has come to a destination, whose head is returned. */
    private static String served(TestSession session, String destination) {
        Peer far = session.destination(destination);
        String seen = headOf(far);
        far.sends(OK);
        headOf(session.client());
        far.seesTheEnd().closes();
        return seen;
    }

    @Test
    void whoSaysNothingIsAskedAndNotRefused() {
        try (TestRoute route = route("callers: { realm: the shop }").to("far").open()) {
            TestSession session = route.connect();
            String told = refusal(session, "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(told).startsWith("HTTP/1.1 401 Unauthorized\r\n")
                    .contains("\r\nWWW-Authenticate: Basic realm=\"the shop\", charset=\"UTF-8\"\r\n", "\r\nProxy-Status: gw; error=http_request_denied\r\n")
                    .endsWith("\r\n\r\nwho calls must be proven\n").doesNotContain("Bearer");
            SessionEnding ending = session.ending();
            assertThat(ending.how()).isNotEqualTo("REFUSED");
            assertThat(ending.destination()).isNull();
        }
    }

    @Test
    void whoIsProvenGoesOnAndTheDestinationHearsWhoButNotWhatHasProvenIt() {
        try (TestRoute route = route("callers: { header: X-Caller }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("X-CALLER: root", "X_Caller: root", "Connection: X-Caller, authorization", basic("alice:wonder:land"), "A: 1"));
            assertThat(served(session, "far"))
                    .isEqualTo(onward("GET /x HTTP/1.1", "Host: a", "A: 1").replace("ID\r\n", "ID\r\nX-Caller: alice\r\n"));
            session.client().closes();
            SessionEnding ending = session.ending();
            assertThat(ending.caller().name()).isEqualTo("alice");
            assertThat(ending.caller().proof()).isEqualTo("password");
        }
    }

    @Test
    void whoIsNotProvenIsToldNoMoreThanThat() {
        String[] shown = {basic("alice:wrong"), basic("nobody:x"), basic("alice"), basic(""), "Authorization: Basic a=b", "Authorization: Basic",
            "Authorization: Negotiate YII", "Authorization: Bearer a.b.c"};
        try (TestRoute route = route("").to("far").open()) {
            for (String each : shown) {
                TestSession session = route.connect();
                assertThat(refusal(session, get(each))).as(each).startsWith("HTTP/1.1 401 Unauthorized\r\n")
                        .contains("\r\nWWW-Authenticate: Basic realm=\"test\", charset=\"UTF-8\"\r\n").doesNotContain("alice", "nobody", "wrong");
                assertThat(session.ending().reason()).as("of what is not taken it is as if nothing was said").isEqualTo(each.contains("Basic") ? Reason.NOT_ALLOWED : null);
            }
        }
    }

    @Test
    void twoCallersOnOneConnectionHaveConnectionsOfTheirOwn() {
        try (TestRoute route = route("log: audit\ncallers: { header: X-Caller }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get(basic("alice:wonder:land")));
            assertThat(served(session, "far")).contains("\r\nX-Caller: alice\r\n");
            session.client().sends(get(basic("bob:builder")));
            assertThat(served(session, "far")).contains("\r\nX-Caller: bob\r\n");
            session.client().sends(get(basic("alice:wonder:land")));
            assertThat(served(session, "far")).contains("\r\nX-Caller: alice\r\n");
            assertThat(refusal(session, get())).as("nobody is remembered").startsWith("HTTP/1.1 401 ");
            assertThat(session.ending().caller().name()).as("the first").isEqualTo("alice");
            assertThat(session.events()).extracting(event -> event.facts().get("caller")).containsExactly("alice", "bob", "alice", null);
        }
    }

    @Test
    void whoIsKnownAndNotAllowedIsForbidden() {
        try (TestRoute route = route("log: audit").allow("{ callers: [bob] }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get(basic("bob:builder")));
            served(session, "far");
            assertThat(refusal(session, get(basic("alice:wonder:land")))).startsWith("HTTP/1.1 403 Forbidden\r\n").doesNotContain("WWW-Authenticate");
            assertThat(session.ending().reason()).isEqualTo(Reason.NOT_ALLOWED);
            TestSession first = route.connect();
            assertThat(refusal(first, get(basic("alice:wonder:land")))).startsWith("HTTP/1.1 403 Forbidden\r\n");
            first.ending();
            assertThat(first.events()).singleElement().satisfies(
                    event -> assertThat(event.facts()).containsEntry("caller", "alice").containsEntry("status", "403"));
        }
    }

    @Test
    void keyInAFieldOrInTheQueryIsANameAndAPassword() {
        String settings = "log: audit\ncallers: { key: X-Api-Key }\nhosts: { b: { to: far, callers: { by: [], key: \"?k_y\" } } }";
        try (TestRoute route = route(settings).to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("x-api-key: alice:wonder:land", "Authorization: SharedKey a:b"));
            assertThat(served(session, "far")).isEqualTo(onward("GET /x HTTP/1.1", "Host: a", "Authorization: SharedKey a:b"));
            session.client().sends(head("GET /y?a=%20&k%5Fy=alice%3Awonder%3aland&&b HTTP/1.1", "Host: b", basic("bob:builder")));
            assertThat(served(session, "far")).as("Basic is not asked for there").isEqualTo(onward("GET /y?a=%20&&b HTTP/1.1", "Host: b", basic("bob:builder")));
            session.client().sends(head("GET /y?k_y=alice:wonder%3aland HTTP/1.1", "Host: b"));
            assertThat(served(session, "far")).startsWith("GET /y HTTP/1.1\r\n");
            assertThat(refusal(session, head("GET /y HTTP/1.1", "Host: b"))).startsWith("HTTP/1.1 401 ")
                    .contains("\r\nWWW-Authenticate: ApiKey realm=\"test\"\r\n").doesNotContain("Basic");
            session.ending();
            assertThat(session.events()).extracting(event -> event.facts().get("target"))
                    .containsExactly("/x", "/y?a=%20&k%5Fy=***&&b", "/y?k_y=***", "/y");
        }
    }

    @Test
    void whatWasShownIsKeptWhereTheDestinationIsToSeeIt() {
        try (TestRoute route = route("callers: { keep: true }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get(basic("alice:wonder:land")));
            assertThat(served(session, "far")).isEqualTo(onward("GET /x HTTP/1.1", "Host: a", basic("alice:wonder:land")));
            assertThat(refusal(session, get(basic("alice:wonder:land"), basic("bob:builder")))).as("two at once").startsWith("HTTP/1.1 401 ");
            session.ending();
        }
    }

    @Test
    void tokensAreJudgedBesidePasswords(@TempDir Path folder) throws Exception {
        TokenIssuer issuer = new TokenIssuer();
        Path keys = Files.writeString(folder.resolve("keys.json"), issuer.keys());
        String tokens = "{ tokens: { issuer: \"https://issuer.example\", audiences: [api], groupsClaim: groups, jwksFile: \"" + keys + "\" } }";
        String settings = "callers: { header: X-Caller, to: [ { callers: [\"*@b\"], to: other }, { groups: [beta], to: beta } ] }";
        try (TestRoute route = route(settings).identityProvider("issuer", tokens).destinations("other", "beta").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("Authorization: bearer " + issuer.token("j\u00fcrgen", "ops")));
            assertThat(served(session, "far")).contains("\r\nX-Caller: j\u00c3\u00bcrgen\r\n").doesNotContain("uthorization");
            session.client().sends(get("Authorization: Bearer " + issuer.token("carol", "beta")));
            assertThat(served(session, "beta")).contains("\r\nX-Caller: carol\r\n");
            session.client().sends(get("Authorization: Bearer " + issuer.token("dan@b", "beta")));
            served(session, "other");
            session.client().sends(get(basic("bob:builder")));
            served(session, "far");
            assertThat(refusal(session, get("Authorization: Bearer " + new TokenIssuer().token("carol", "beta"))))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\r\nWWW-Authenticate: Bearer realm=\"test\", error=\"invalid_token\"\r\nWWW-Authenticate: Basic realm=\"test\", charset=\"UTF-8\"\r\n");
            session.ending();
        }
    }

    @Test
    void whoGuessesIsTurnedAwayForAWhile() {
        try (TestRoute route = route("").to("far").open()) {
            for (int i = 0; i < 10; i++) {
                TestSession session = route.connect();
                assertThat(refusal(session, get(basic("alice:guess" + i)))).startsWith("HTTP/1.1 401 ");
                session.ending();
            }
            TestSession session = route.connect();
            String told = refusal(session, get(basic("alice:wonder:land")));
            assertThat(told).startsWith("HTTP/1.1 429 Too Many Requests\r\n").containsPattern("\r\nRetry-After: [56][0-9]{2}\r\n");
            assertThat(session.ending().reason()).isEqualTo(Reason.BUSY);
        }
    }

    @Test
    void fieldOfTheCallerIsNobodyElsesAlsoWhereNobodyIsAsked() {
        String settings = "hosts: { b: { to: far, callers: { header: X-Caller } }, a: { to: far } }";
        try (TestRoute route = Talk.route(settings).destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("x-caller: root"));
            assertThat(served(session, "far")).isEqualTo(onward("GET /x HTTP/1.1", "Host: a"));
            session.client().sends(get("x-caller: root").replace("Host: a", "Host: b"));
            assertThat(served(session, "far")).isEqualTo(onward("GET /x HTTP/1.1", "Host: b"));
            session.client().closes();
            session.ending();
        }
    }

    @Test
    void openPlacesAskNobodyAndAllOthersDo() {
        String settings = """
                log: audit
                callers: { header: X-Caller, key: "?key" }
                hosts: { a: { to: far, paths: { /x: { to: far, callers: { open: true } }, /x/in: { to: far, callers: { header: X-Caller } } } } }
                """;
        try (TestRoute route = route(settings).allow("{ callers: [alice] }").destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("X-Caller: root", "A: 1"));
            assertThat(served(session, "far")).isEqualTo(onward("GET /x HTTP/1.1", "Host: a", "A: 1"));
            session.client().sends(get(basic("bob:wrong")).replace("/x", "/x?a=b&key=bob%3Aw"));
            assertThat(served(session, "far")).as("what proves somebody elsewhere is kept from the destination, and not judged")
                    .isEqualTo(onward("GET /x?a=b HTTP/1.1", "Host: a"));
            session.client().sends(get(basic("alice:wonder:land")).replace("/x", "/y"));
            assertThat(served(session, "far")).contains("\r\nX-Caller: alice\r\n");
            assertThat(refusal(session, get().replace("/x", "/x/in"))).startsWith("HTTP/1.1 401 ");
            SessionEnding ending = session.ending();
            assertThat(ending.notes()).containsEntry("http.open", "host a, path /x");
            assertThat(ending.caller().name()).as("the first that is proven").isEqualTo("alice");
            assertThat(session.events()).extracting(event -> event.facts().get("caller")).containsExactly(null, null, "alice", null);
            TestSession other = route.connect();
            assertThat(refusal(other, get().replace("/x", "/%78"))).as("a path is not opened by its spelling").startsWith("HTTP/1.1 400 ");
            other.ending();
            TestSession plain = route.connect();
            assertThat(refusal(plain, get().replace("/x", "/xy"))).startsWith("HTTP/1.1 401 ");
            plain.ending();
        }
    }

    @Test
    void whatIsOpenIsExplained() throws RefusedException {
        String settings = "hosts: { a: { to: far, paths: { /x: { to: far, callers: { open: true } } } } }";
        try (TestRoute route = route(settings).destinations("far").open()) {
            assertThat(Objects.requireNonNull(route.explain(Caller.ANONYMOUS, "GET http://a/x/y")).steps())
                    .startsWith("host a, path /x is open: nobody is asked who calls", "host a, path /x takes it to destination far");
            assertThatThrownBy(() -> route.explain(Caller.ANONYMOUS, "GET http://a/y")).isInstanceOf(RefusedException.class)
                    .hasMessage("401: host a asks who calls");
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThat(Talk.route("callers: { key: X-Api-Key }").to("far").problems()).singleElement().asString().contains("no `identityProviders`");
        assertThat(route("callers: { header: Host }").to("far").problems()).singleElement().asString().contains("as in X-Caller");
        assertThat(route("callers: { key: \"a b\" }").to("far").problems()).first().asString().contains("as in X-Api-Key");
        assertThat(route("callers: { key: Authorization }").to("far").problems()).first().asString().contains("as in X-Api-Key");
        assertThat(route("callers: { realm: \"a\\\"b\" }").to("far").problems()).singleElement().asString().contains("without quotation marks");
        assertThat(Talk.route("hosts: { a: { to: far, callers: { open: true } } }").destinations("far").problems()).singleElement().asString()
                .contains("opens what is open already");
        assertThat(route("callers: { open: true }").to("far").problems()).singleElement().asString().contains("is for some hosts or paths");
        assertThat(route("hosts: { a: { to: far, callers: { open: true, realm: x } } }").destinations("far").problems()).first().asString()
                .contains("`open: true` asks nobody who calls");
        assertThat(route("callers: { to: [ { to: far } ] }").to("far").problems()).singleElement().asString().contains("say `callers` or `groups`");
    }
}
