package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many requests each source and each caller may have. */
@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class ShareTest {

    private static final String OK = head("HTTP/1.1 204 No Content");

    private static String get(String host, String... more) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n" + (more.length == 0 ? "" : String.join("\r\n", more) + "\r\n") + "\r\n";
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
    }

    private static void isServed(TestSession session, String request) {
        session.client().sends(request);
        answer(session);
    }

    private static void answer(TestSession session) {
        Peer far = session.destination("far");
        headOf(far);
        far.sends(OK);
        headOf(session.client());
        far.seesTheEnd().closes();
    }

    private static void isTurnedAway(TestRoute route, String request, String again, String setting) {
        TestSession session = route.connect();
        session.client().sends(request);
        assertThat(new String(session.client().receivesToTheEnd(), ISO_8859_1)).startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                .contains("\r\nRetry-After: " + again + "\r\n", setting);
        session.client().closes();
        assertThat(session.ending().reason()).isEqualTo(Reason.BUSY);
    }

    @Test
    void sourceHasSoManyRequestsInASecondAndMoreLater() {
        String settings = "perSource: { perSecond: 2 }\nhosts: { b: { to: far, perSource: {} }, \"*\": { to: far, paths: { /x: { to: far, perSource: { perSecond: 1 } } } } }";
        try (TestRoute route = route(settings).destinations("far").open()) {
            TestSession session = route.connect();
            isServed(session, get("a"));
            isServed(session, get("a"));
            isTurnedAway(route, get("a"), "1", "perSource.perSecond");
            isServed(session, get("b"));
            isServed(session, get("a").replace("GET / ", "GET /x "));
            isTurnedAway(route, get("a").replace("GET / ", "GET /x/y "), "1", "perSource.perSecond");
            route.clock().advance(Duration.ofMillis(500));
            isServed(session, get("a"));
            isTurnedAway(route, get("a"), "1", "perSource.perSecond");
            session.client().closes();
            session.ending();
        }
    }

    @Test
    void callerHasSoManyRequestsAtOnceOnWhicheverConnections() {
        try (TestRoute route = route("perCaller: { atOnce: 1 }").user("alice", "a").user("bob", "b").user("carol", "c").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(get("a", basic("alice:a")));
            Peer far = session.destination("far");
            headOf(far);
            isTurnedAway(route, get("a", basic("alice:a")), "1", "perCaller.atOnce");
            TestSession other = route.connect();
            isServed(other, get("a", basic("bob:b")));
            far.sends(OK);
            headOf(session.client());
            far.seesTheEnd().closes();
            // A request is over once the next one of its connection is heard, which is a little later than its response is.
            isServed(session, get("a", basic("carol:c")));
            isServed(other, get("a", basic("alice:a")));
            session.client().closes();
            session.ending();
            other.client().closes();
            other.ending();
        }
    }
}
