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

/** Requests and responses between a client and its destination, both played by the test. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class ExchangeTest {

    private static final String GET = head("GET /x HTTP/1.1", "Host: a");
    private static final String GOT = onward("GET /x HTTP/1.1", "Host: a");
    private static final String EMPTY = head("HTTP/1.1 200 OK", "Content-Length: 0");
    private static final String EMPTY_BACK = head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Content-Length: 0");

    private static void hears(Peer peer, String head) {
        assertThat(headOf(peer)).isEqualTo(head);
    }

    private static String onwardWith(String framing, String... lines) {
        return onward(lines).replaceFirst("\r\n\r\n$", "\r\n" + framing + "\r\n\r\n");
    }

    @Test
    void requestAndResponseAreCarriedHoweverTheyAreCutEndedOrBrokenOff() {
        try (TestRoute route = route("").to("far").open()) {
            route.atEveryCut(session -> {
                session.client().sends(head("POST /x?y=z HTTP/1.1", "Host: a", "Content-Length: 5", "X: y")).sends("hello");
                Peer far = session.destination("far");
                hears(far, onwardWith("Content-Length: 5", "POST /x?y=z HTTP/1.1", "Host: a", "X: y"));
                far.receives("hello").sends(head("HTTP/1.1 201 Created", "Content-Length: 2", "Y: z")).sends("ok");
                session.client().receives(head("HTTP/1.1 201 Created", "Y: z", "Via: 1.1 gw", "Content-Length: 2") + "ok");
            });
        }
    }

    @Test
    void chunksWithTrailersAreCarriedHoweverTheyAreCutEndedOrBrokenOff() {
        try (TestRoute route = route("").to("far").open()) {
            route.atEveryCut(session -> {
                session.client().sends(head("POST / HTTP/1.1", "Host: a", "TE: trailers", "Connection: TE", "Transfer-Encoding: chunked"));
                Peer far = session.destination("far");
                hears(far, onward("POST / HTTP/1.1", "Host: a").replaceFirst(
                        "\r\n\r\n$", "\r\nTE: trailers\r\nConnection: TE\r\nTransfer-Encoding: chunked\r\n\r\n"));
                session.client().sends("3;x\r\n").sends("a").sends("bc\r\n0\r\nA: b\r\n\r\n");
                StringBuilder body = new StringBuilder();
                while (!body.toString().endsWith("0\r\nA: b\r\n\r\n")) {
                    body.append((char) far.receives(1)[0]);
                }
                assertThat(body.toString().replaceAll("\r\n|[0-9]+", "")).isEqualTo("abcA: b");
                far.sends(head("HTTP/1.1 200 OK", "Trailer: C", "Transfer-Encoding: chunked")).sends("1\r\nz\r\n0\r\nC: d\r\n\r\n");
                session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Trailer: C", "Transfer-Encoding: chunked")
                        + "1\r\nz\r\n0\r\nC: d\r\n\r\n");
            });
        }
    }

    @Test
    void trailersAreKeptFromClientsThatDoNotWantThem() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            hears(far, GOT);
            far.sends(head("HTTP/1.1 200 OK", "Trailer: C", "Transfer-Encoding: chunked") + "0\r\nC: d\r\n\r\n");
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Transfer-Encoding: chunked") + "0\r\n\r\n").closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void requestsOneBehindTheOtherAreAnsweredInTheirOrder() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET + head("HEAD /2 HTTP/1.1", "Host: a") + head("GET /3 HTTP/1.1", "Host: a"));
            for (String each : new String[] {"GET /x", "HEAD /2", "GET /3"}) {
                Peer far = session.destination("far");
                hears(far, onward(each + " HTTP/1.1", "Host: a"));
                far.sends(head("HTTP/1.1 200 OK", "X: " + each, "Content-Length: 2") + (each.startsWith("HEAD") ? "" : "ok"));
                session.client().receives(each.startsWith("HEAD")
                        ? head("HTTP/1.1 200 OK", "X: " + each, "Content-Length: 2", "Via: 1.1 gw")
                        : head("HTTP/1.1 200 OK", "X: " + each, "Via: 1.1 gw", "Content-Length: 2") + "ok");
                far.seesTheEnd().closes();
            }
            session.client().finishes().seesTheEnd();
            assertThat(session.ending().notes()).containsEntry("http.requests", "3");
        }
    }

    @Test
    void bodyIsAskedForByTheDestinationAndWaitsForThat() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("PUT / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 3"));
            Peer far = session.destination("far");
            hears(far, onwardWith("Content-Length: 3", "PUT / HTTP/1.1", "Host: a", "Expect: 100-continue"));
            far.sends(head("HTTP/1.1 100 Continue") + head("HTTP/1.1 103 Early Hints", "Link: <x>"));
            session.client().receives(head("HTTP/1.1 100 Continue") + head("HTTP/1.1 103 Early Hints", "Link: <x>")).sends("abc");
            far.receives("abc").sends(EMPTY);
            session.client().receives(EMPTY_BACK).sends(GET);
            far.seesTheEnd().closes();
            Peer next = session.destination("far");
            hears(next, GOT);
            next.sends(EMPTY);
            session.client().receives(EMPTY_BACK).closes();
            next.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void answerBeforeTheBodyIsToldAndEndsTheConnectionWhateverTheClientStillSends() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("PUT / HTTP/1.1", "Host: a", "Content-Length: 100000") + "begin");
            Peer far = session.destination("far");
            hears(far, onwardWith("Content-Length: 100000", "PUT / HTTP/1.1", "Host: a"));
            far.receives("begin").sends(head("HTTP/1.1 401 Unauthorized", "Content-Length: 2") + "no");
            session.client().receives(head("HTTP/1.1 401 Unauthorized", "Via: 1.1 gw", "Connection: close", "Content-Length: 2") + "no").seesTheEnd();
            far.seesAReset();
            session.client().sends("x".repeat(50_000)).closes();
            session.ending();
        }
    }

    @Test
    void responseStreamsWhileTheRequestStillDoes() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "1\r\na\r\n");
            Peer far = session.destination("far");
            hears(far, onwardWith("Transfer-Encoding: chunked", "POST / HTTP/1.1", "Host: a"));
            far.receives("1\r\na\r\n").sends(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "1\r\nA\r\n");
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Connection: close", "Transfer-Encoding: chunked") + "1\r\nA\r\n")
                    .sends("1\r\nb\r\n");
            far.receives("1\r\nb\r\n").sends("1\r\nB\r\n");
            session.client().receives("1\r\nB\r\n").sends("0\r\n\r\n");
            far.receives("0\r\n\r\n").sends("0\r\n\r\n");
            session.client().receives("0\r\n\r\n").seesTheEnd().closes();
            far.seesAReset();
            session.ending();
        }
    }

    @Test
    void eventsReachTheClientOneByOne() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            hears(far, GOT);
            far.sends(head("HTTP/1.1 200 OK", "Content-Type: text/event-stream"));
            session.client().receives(head("HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Via: 1.1 gw", "Transfer-Encoding: chunked"));
            for (int i = 0; i < 3; i++) {
                far.sends("data: " + i + "\n\n");
                session.client().receives("9\r\ndata: " + i + "\n\n\r\n");
            }
            far.finishes();
            session.client().receives("0\r\n\r\n").closes();
            far.seesTheEnd();
            session.ending();
        }
    }

    @Test
    void connectionChangesToWebSocketAndIsCarriedAsItIs() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /ws HTTP/1.1", "Host: a", "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k")
                    + "early");
            Peer far = session.destination("far");
            hears(far, onward("GET /ws HTTP/1.1", "Host: a", "Sec-WebSocket-Key: k").replaceFirst(
                    "\r\n\r\n$", "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
            far.sends(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Accept: s") + "hello");
            session.client().receives(head("HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: s", "Via: 1.1 gw", "Connection: Upgrade",
                    "Upgrade: websocket") + "hello");
            far.receives("early").sends("down");
            session.client().receives("down").sends("up").finishes();
            far.receives("up").seesTheEnd().finishes();
            session.client().seesTheEnd();
            assertThat(session.ending().notes()).containsEntry("http.upgrade", "websocket");
        }
    }

    @Test
    void upgradeThatIsNotAllowedIsNotAskedForAndNotBelieved() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /x HTTP/1.1", "Host: a", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAM"));
            Peer far = session.destination("far");
            hears(far, GOT);
            far.sends(head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: h2c") + "PRI");
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 502 ").contains("error=http_upgrade_failed");
            session.client().receives("the destination changes to what nobody asked for\n").seesTheEnd().closes();
            far.seesAReset();
            assertThat(session.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void clientOfTheOldVersionIsAnsweredSoThatItUnderstands() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("POST /x HTTP/1.0", "Host: a", "Connection: keep-alive", "Expect: 100-continue", "Content-Length: 1") + "b");
            Peer far = session.destination("far");
            assertThat(headOf(far)).isEqualTo(onwardWith("Content-Length: 1", "POST /x HTTP/1.1", "Host: a").replace("Via: 1.1", "Via: 1.0"));
            far.receives("b").sends(head("HTTP/1.1 100 Continue") + head("HTTP/1.1 200 OK", "Content-Length: 1") + "c");
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Connection: keep-alive", "Content-Length: 1") + "c");
            far.seesTheEnd().closes();
            session.client().sends(head("GET /x HTTP/1.0", "Host: a", "Connection: keep-alive"));
            Peer next = session.destination("far");
            headOf(next);
            next.sends(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n");
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Connection: close") + "abc").seesTheEnd().closes();
            next.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void fieldsForTheNextHopGoNoFurtherAndNoneThatTheDestinationNeedsCanBeTakenAway() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /x HTTP/1.1", "Host: a", "Connection: close, X-Mine, Authorization, Host, X-Forwarded-For, Cookie",
                    "X-Mine: 1", "Authorization: Basic x", "X-Forwarded-For: b", "Cookie: c", "Keep-Alive: timeout=5", "Proxy-Connection: close",
                    "Proxy-Authorization: Basic y", "TE: gzip"));
            Peer far = session.destination("far");
            hears(far, onward("GET /x HTTP/1.1", "Host: a", "Authorization: Basic x", "X-Forwarded-For: b", "Cookie: c"));
            far.sends(head("HTTP/1.1 200 OK", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=9", "Proxy-Authenticate: Basic",
                    "Upgrade: h2c", "Content-Length: 0"));
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Connection: close", "Content-Length: 0")).seesTheEnd().closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void largeBodiesAreNotHeldInEitherDirection() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession up = route.connect();
            up.client().sends(head("PUT / HTTP/1.1", "Host: a", "Content-Length: 9000000"));
            Peer far = up.destination("far");
            up.client().stallsWithin(400_000);
            far.seesAReset();
            assertThat(up.ending().how()).isEqualTo("PEER_LOST");
            TestSession down = route.connect();
            down.client().sends(GET);
            Peer source = down.destination("far");
            hears(source, GOT);
            source.sends(head("HTTP/1.1 200 OK", "Content-Length: 9000000")).stallsWithin(400_000);
            down.client().seesAReset();
            assertThat(down.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void connectionThatWasClosedWhileItWaitedIsNotTheClientsTrouble() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer stale = session.destination("far");
            hears(stale, GOT);
            stale.closes();
            Peer fresh = session.destination("far");
            hears(fresh, GOT);
            fresh.sends(EMPTY);
            session.client().receives(EMPTY_BACK).sends(head("POST /x HTTP/1.1", "Host: a", "Content-Length: 0"));
            Peer other = session.destination("far");
            headOf(other);
            other.closes();
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 502 ").contains("Proxy-Status: gw; error=connection_terminated");
            session.client().closes();
            fresh.seesTheEnd().closes();
            assertThat(session.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void clientThatLeavesWhileItsDestinationThinksEndsTheExchange() {
        try (TestRoute route = route("log: audit").to("far").open()) {
            for (String request : new String[] {GET, head("PUT /x HTTP/1.1", "Host: a", "Content-Length: 3")}) {
                TestSession session = route.connect();
                session.client().sends(request);
                Peer far = session.destination("far");
                headOf(far);
                if (!request.equals(GET)) {
                    session.client().sends("abc");
                    far.receives("abc");
                }
                try (Ticking _ = new Ticking(route.clock(), 1)) {
                    session.client().closes();
                    far.seesAReset();
                }
                assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
                assertThat(session.events()).singleElement().satisfies(event -> assertThat(event.facts()).containsEntry("status", "499").doesNotContainKey("error"));
            }
        }
    }

    @Test
    void clientThatAsksAgainWhileItsDestinationThinksHasNotLeft() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer first = session.destination("far");
            hears(first, GOT);
            try (Ticking ticking = new Ticking(route.clock(), 1)) {
                ticking.awaitTicks(3);
                session.client().sends(GET);
                ticking.awaitTicks(3);
                first.sends(EMPTY);
                session.client().receives(EMPTY_BACK);
                first.seesTheEnd().closes();
                Peer second = session.destination("far");
                hears(second, GOT);
                ticking.awaitTicks(3);
                second.sends(EMPTY);
                session.client().receives(EMPTY_BACK);
                second.seesTheEnd().closes();
                session.client().sends(GET);
                Peer third = session.destination("far");
                hears(third, GOT);
                third.sends(EMPTY);
                session.client().receives(EMPTY_BACK).closes();
                third.seesTheEnd().closes();
            }
            assertThat(session.ending().notes()).containsEntry("http.requests", "3");
        }
    }

    @Test
    void clientThatIsListenedToForLeavingStillEndsWhenItSaysNothing() {
        try (TestRoute route = route("timeouts: { idle: 10s }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            hears(far, GOT);
            try (Ticking ticking = new Ticking(route.clock(), 1)) {
                ticking.awaitTicks(3);
                far.sends(EMPTY);
                session.client().receives(EMPTY_BACK).seesTheEnd().closes();
            }
            far.seesTheEnd().closes();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }
}
