package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Frames.PREFACE;
import static io.relaygate.plugins.http.Frames.all;
import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Targets have the same fate in HTTP/1.1 and HTTP/2, and to destinations of either. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class TargetsTest {

    private static final List<String> BAD = List.of(
            "/%zz", "/a%", "/a%2", "/a%2/b", "/%u0041", "/%00", "/x%00?y", "/..", "/../x", "/..;/x", "/%2e%2E/x", "/.%2e;p=1/x", "/a/../../x", "/a/..;/..", "/;p%zz");

    private static final List<String> GOOD = List.of(
            "/", "//", "/a//b", "/a%2Fb", "/a/../b", "/a/..;x/b", "/a/%2e%2e/b", "/.;/", "/...", "/%ff", "/a\\b", "/a|b{c}\"", "/?", "/x?y=%zz&%", "/x?/../..", "/%25zz", "/;x", "/a/..");

    /** What becomes of it: what the destination sees, or the status that the client hears. */
    private static String http1(TestRoute route, String target) {
        TestSession session = route.connect();
        session.client().sends(head("GET " + target + " HTTP/1.1", "Host: a", "Connection: close"));
        String fate = fate(session, BAD.contains(target), () -> new String(session.client().receivesToTheEnd(), StandardCharsets.ISO_8859_1).substring(9, 12));
        session.client().closes();
        session.ending();
        return fate;
    }

    private static String http2(TestRoute route, String target) {
        TestSession session = route.connect();
        session.client().sends(all(PREFACE, Frames.head(1, true, ":method", "GET", ":scheme", "http", ":path", target, ":authority", "a")));
        String fate = fate(session, BAD.contains(target), () -> new Frames(session.client()).response(1).substring(0, 3));
        session.client().closes();
        session.ending();
        return fate;
    }

    private interface Answer {
        String status();
    }

    private static String fate(TestSession session, boolean refused, Answer answer) {
        if (refused) {
            return answer.status();
        }
        Peer far = session.destination("far");
        String seen = headOf(far);
        far.sends(head("HTTP/1.1 204 No Content"));
        String status = answer.status();
        far.closes();
        return status + " " + seen.substring(0, seen.indexOf(" HTTP/1.1"));
    }

    @Test
    void targetsPassAsTheyCameOrAreRefusedInBothVersions() {
        try (TestRoute route = route("").to("far").open()) {
            for (String target : BAD) {
                assertThat(http1(route, target)).as(target).isEqualTo("400");
                assertThat(http2(route, target)).as(target).isEqualTo("400");
            }
            for (String target : GOOD) {
                assertThat(http1(route, target)).as(target).isEqualTo("204 GET " + target);
                assertThat(http2(route, target)).as(target).isEqualTo("204 GET " + target);
            }
        }
    }

    @Test
    void connectionOfHttp2GoesOnBehindATargetThatCannotBeRead() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, Frames.head(1, true, ":method", "GET", ":scheme", "http", ":path", "/%zz", ":authority", "a"), Frames.get(3)));
            Frames frames = new Frames(session.client());
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 204 No Content"));
            assertThat(frames.response(1)).startsWith("400\n").endsWith("the request's target cannot be read\n");
            assertThat(frames.response(3)).startsWith("204\n");
            session.client().closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void connectWithATargetThatCannotBeReadEndsItsConnectionInWords() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, Frames.head(1, false, ":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/%zz", ":authority", "a")));
            assertThat(new Frames(session.client()).next(Frames.GO_AWAY).number()).isEqualTo(1);
            session.client().seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void whatHttp1TakesHttp2TakesToo() {
        String[] parts = {"/", "/", "..", ".", "%2e", ";", "a", "%2f", "?", "x=%", "%5c", "{", "%25", "%c3", "*"};
        Random random = new Random(7);
        try (TestRoute route = route("hosts: { a: { to: far, http2: true } }").destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, Frames.get(1)));
            Frames frames = new Frames(session.client());
            Peer far = session.destination("far");
            far.receives(24);
            Frames there = new Frames(far);
            there.path(there.next(Frames.HEADERS));
            far.sends(all(Frames.frame(Frames.SETTINGS, Frames.NOTHING, 0), Frames.head(1, true, ":status", "204")));
            assertThat(frames.response(1)).startsWith("204\n");
            int asked = 1;
            for (int stream = 3; stream < 1200; stream += 2) {
                StringBuilder target = new StringBuilder("/a/b/c/");
                for (int i = random.nextInt(9); i > 0; i--) {
                    target.append(parts[random.nextInt(parts.length)]);
                }
                session.client().sends(Frames.head(stream, true, ":method", "GET", ":scheme", "http", ":path", target.toString(), ":authority", "a"));
                if (Talk.takes(target.toString())) {
                    assertThat(there.path(there.next(Frames.HEADERS))).isEqualTo(target.toString());
                    far.sends(Frames.head(2 * asked++ + 1, true, ":status", "204"));
                    assertThat(frames.response(stream)).startsWith("204\n");
                } else {
                    assertThat(frames.response(stream)).as(target.toString()).startsWith("400\n");
                }
            }
            assertThat(asked).isBetween(100, 550);
            session.client().closes();
            far.receivesToTheEnd();
            far.closes();
            session.ending();
        }
    }
}
