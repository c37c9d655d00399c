package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Frames.DATA;
import static io.relaygate.plugins.http.Frames.GO_AWAY;
import static io.relaygate.plugins.http.Frames.HEADERS;
import static io.relaygate.plugins.http.Frames.NOTHING;
import static io.relaygate.plugins.http.Frames.PREFACE;
import static io.relaygate.plugins.http.Frames.RESET;
import static io.relaygate.plugins.http.Frames.SETTINGS;
import static io.relaygate.plugins.http.Frames.WINDOW;
import static io.relaygate.plugins.http.Frames.all;
import static io.relaygate.plugins.http.Frames.data;
import static io.relaygate.plugins.http.Frames.frame;
import static io.relaygate.plugins.http.Frames.get;
import static io.relaygate.plugins.http.Frames.number;
import static io.relaygate.plugins.http.Frames.request;
import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.Frames.Frame;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of HTTP/2, and destinations that speak it, played by the test frame by frame. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class Http2Test {

    private static final String OK = head("HTTP/1.1 200 OK", "Content-Length: 2", "Y: z");
    private static final String OK_BACK = "200\ny: z\nvia: 1.1 gw\ncontent-length: 2\nok";

    private static String onward(String... lines) {
        return Talk.onward(lines).replace("Via: 1.1", "Via: 2.0");
    }

    /** The client leaves. */
    private static void leaves(TestSession session) {
        session.client().closes();
        session.ending();
    }

    @Test
    void requestAndResponseAreCarriedHoweverTheRequestIsCut() {
        try (TestRoute route = route("").to("far").open()) {
            byte[] asked = all(PREFACE, request(1, "POST", false, "content-length", "5", "x", "y"), data(1, "hello", true));
            for (int cut = 0; cut < asked.length; cut++) {
                TestSession session = route.connect();
                session.client().sends(Arrays.copyOf(asked, cut)).sends(Arrays.copyOfRange(asked, cut, asked.length));
                Peer far = session.destination("far");
                assertThat(headOf(far))
                        .isEqualTo(onward("POST /x HTTP/1.1", "Host: a", "x: y").replaceFirst("\r\n\r\n$", "\r\nContent-Length: 5\r\n\r\n"));
                far.receives("hello").sends(OK).sends("ok");
                assertThat(new Frames(session.client()).response(1)).isEqualTo(OK_BACK);
                leaves(session);
                far.seesTheEnd().closes();
            }
        }
    }

    @Test
    void trailersAndInterimResponsesPassBothWays() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "POST", false, "te", "trailers"), data(1, "abc", false), Frames.head(1, true, "t", "u")));
            Peer far = session.destination("far");
            assertThat(headOf(far)).contains("TE: trailers\r\n", "Transfer-Encoding: chunked\r\n");
            StringBuilder body = new StringBuilder();
            while (!body.toString().endsWith("t: u\r\n\r\n")) {
                body.append((char) far.receives(1)[0]);
            }
            assertThat(body.toString()).isEqualTo("3\r\nabc\r\n0\r\nt: u\r\n\r\n");
            far.sends(head("HTTP/1.1 103 Early Hints", "Link: </s>") + head("HTTP/1.1 200 OK", "Trailer: C", "Transfer-Encoding: chunked")
                    + "1\r\nz\r\n0\r\nC: d\r\n\r\n");
            assertThat(new Frames(session.client()).response(1)).isEqualTo("103\nlink: </s>\n200\nvia: 1.1 gw\ntrailer: C\nzc: d\n");
            far.seesTheEnd().closes();
            leaves(session);
        }
    }

    @Test
    void streamsAreServedBesideEachOther() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1)));
            Peer first = session.destination("far");
            headOf(first);
            session.client().sends(get(3));
            Peer second = session.destination("far");
            headOf(second);
            Frames frames = new Frames(session.client());
            second.sends(OK + "ok");
            assertThat(frames.response(3)).isEqualTo(OK_BACK);
            first.sends(OK + "ok");
            assertThat(frames.response(1)).isEqualTo(OK_BACK);
            leaves(session);
            first.seesTheEnd().closes();
            second.seesTheEnd().closes();
        }
    }

    @Test
    void noMoreIsSentThanTheClientHasRoomFor() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1)));
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 200 OK", "Content-Length: 100000") + "x".repeat(100_000));
            Frames frames = new Frames(session.client());
            int all = 0;
            while (all < 65535) {
                all += frames.next(DATA).size();
            }
            assertThat(all).isEqualTo(65535);
            session.client().sends(all(number(WINDOW, 0, 50_000), number(WINDOW, 1, 10)));
            assertThat(frames.next().size()).isEqualTo(10);
            session.client().sends(number(WINDOW, 1, 1_000_000));
            Frame last = frames.next(DATA);
            for (all += 10 + last.size(); !last.ends(); all += last.size()) {
                last = frames.next(DATA);
            }
            assertThat(all).isEqualTo(100_000);
            leaves(session);
            far.seesTheEnd().closes();
        }
    }

    @Test
    void clientHasRoomAgainForWhatTheDestinationHasTaken() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "PUT", false)));
            Peer far = session.destination("far");
            headOf(far);
            Frames frames = new Frames(session.client());
            Map<Integer, Integer> more = new HashMap<>();
            int all = 0;
            for (int i = 0; i < 64; i++) {
                session.client().sends(data(1, "x".repeat(16_000), i == 63));
                for (int until = all + 16_000; all < until; all += chunk(far)) {
                    // A frame may come in several chunks.
                }
            }
            assertThat(chunk(far)).isZero();
            far.sends(head("HTTP/1.1 200 OK", "Content-Length: 0"));
            Frame frame = frames.next();
            while (!frame.ends()) {
                if (frame.type() == WINDOW) {
                    more.merge(frame.stream(), frame.number(), Integer::sum);
                }
                frame = frames.next();
            }
            assertThat(more.get(1)).isBetween(700_000, 1_024_000);
            assertThat(more.get(0)).isGreaterThan(1_400_000);
            leaves(session);
            far.seesTheEnd().closes();
        }
    }

    @Test
    void bodiesThatNobodyReadsLeaveRoomForOthers() {
        try (TestRoute route = route("hosts: { b: { to: far } }\n").destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(PREFACE);
            Frames frames = new Frames(session.client());
            int more = 0;
            for (int i = 0; i < 100; i++) {
                int stream = 2 * i + 1;
                session.client().sends(all(request(stream, "POST", false), data(stream, "x".repeat(16_000), true)));
                Frame frame = frames.next();
                while (!(frame.stream() == stream && (frame.ends() || frame.type() == RESET))) {
                    more += frame.type() == WINDOW && frame.stream() == 0 ? frame.number() : 0;
                    frame = frames.next();
                }
            }
            while (more <= 1_600_000) {
                Frame frame = frames.next(WINDOW);
                more += frame.stream() == 0 ? frame.number() : 0;
            }
            leaves(session);
        }
    }

    private static int chunk(Peer far) {
        StringBuilder size = new StringBuilder();
        while (!size.toString().endsWith("\r\n")) {
            size.append((char) far.receives(1)[0]);
        }
        int bytes = Integer.parseInt(size.toString().strip(), 16);
        far.receives(bytes + 2);
        return bytes;
    }

    @Test
    void clientThatBreaksAStreamOffIsNotWaitedFor() {
        try (TestRoute route = route("log: audit\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1)));
            Peer far = session.destination("far");
            headOf(far);
            session.client().sends(number(RESET, 1, 8));
            far.seesAReset();
            session.client().sends(get(3));
            Peer other = session.destination("far");
            headOf(other);
            other.sends(OK + "ok");
            assertThat(new Frames(session.client()).response(3)).isEqualTo(OK_BACK);
            leaves(session);
            other.seesTheEnd().closes();
            assertThat(session.events()).extracting(event -> event.facts().get("status")).containsExactlyInAnyOrder("499", "200");
        }
    }

    @Test
    void answerBeforeTheEndOfTheRequestIsHeardAndTheRestIsNotWanted() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "POST", false), data(1, "abc", false)));
            Peer far = session.destination("far");
            headOf(far);
            far.receives("3\r\nabc\r\n").sends(head("HTTP/1.1 403 Forbidden", "Content-Length: 2") + "no");
            Frames frames = new Frames(session.client());
            assertThat(frames.response(1)).isEqualTo("403\nvia: 1.1 gw\ncontent-length: 2\nno");
            assertThat(frames.next(RESET).number()).isZero();
            far.seesAReset();
            leaves(session);
        }
    }

    @Test
    void destinationThatBreaksBreaksItsStreamAlone() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1), get(3)));
            Peer one = session.destination("far");
            Peer other = session.destination("far");
            headOf(one);
            headOf(other);
            one.sends(head("HTTP/1.1 200 OK", "Content-Length: 9") + "part");
            Frames frames = new Frames(session.client());
            frames.said(frames.next(HEADERS));
            frames.next(DATA);
            one.resets();
            Frame broken = frames.next(RESET);
            assertThat(broken.number()).isEqualTo(2);
            other.sends(OK + "ok");
            assertThat(frames.response(4 - broken.stream())).isEqualTo(OK_BACK);
            leaves(session);
            other.seesTheEnd().closes();
        }
    }

    @Test
    void targetThatIsNoneIsAnswered() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, Frames.head(1, true, ":method", "GET", ":scheme", "http", ":path", "/a b", ":authority", "a")));
            assertThat(new Frames(session.client()).response(1)).startsWith("400\n")
                    .contains("error=http_request_error").endsWith("a character that cannot be in a target\n");
            leaves(session);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "x: y, b",
        "x y, b",
        "X, b",
        "connection, close",
        "transfer-encoding, chunked",
        "te, gzip",
    })
    void fieldThatHttp2HasNotBreaksItsStream(String name, String value) {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1, name, value)));
            Frames frames = new Frames(session.client());
            Frame answer = frames.next();
            while (answer.type() != RESET && answer.type() != HEADERS) {
                answer = frames.next();
            }
            assertThat(answer.type() == RESET ? "reset " + answer.number() : frames.said(answer)).containsPattern("^(reset 1|400\n)");
            leaves(session);
        }
    }

    /** The answer comes before the request's end, so that a RST_STREAM follows it, which the client may or may not stay for. */
    @Test
    void clientThatLeavesWithItsAnswerHasMissedNothing() {
        try (TestRoute route = route("hosts: { a: { paths: { /: { answer: { status: 503, body: later } } } } }\n").to("far").open()) {
            for (int i = 0; i < 200; i++) {
                TestSession session = route.connect();
                session.client().sends(all(PREFACE, request(1, "POST", false)));
                assertThat(new Frames(session.client()).response(1)).startsWith("503\n");
                session.client().closes();
                assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
            }
        }
    }

    @Test
    void clientThatLeavesAnywhereLeavesNothingBehind() {
        try (TestRoute route = route("").to("far").open()) {
            byte[] asked = all(PREFACE, request(1, "POST", false, "content-length", "5"), data(1, "hel", false));
            for (int cut = 0; cut <= asked.length; cut++) {
                TestSession session = route.connect();
                session.client().sends(Arrays.copyOf(asked, cut));
                if (cut % 2 == 0) {
                    session.client().closes();
                } else {
                    session.client().resets();
                }
                session.ending();
            }
        }
    }

    @Test
    void hostThatIsAnotherOneThanTheAuthorityIsRefused() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1, "host", "b"), get(3, "host", "A:80")));
            Peer far = session.destination("far");
            assertThat(headOf(far)).isEqualTo(onward("GET /x HTTP/1.1", "Host: a"));
            assertThat(new Frames(session.client()).response(1)).startsWith("400\n").endsWith("Host is another one than the target's\n");
            far.closes();
            leaves(session);
        }
    }

    @Test
    void headThatIsTooLargeIsSaidSo() {
        try (TestRoute route = route("limits: { head: 1024 }\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1, "x", "y".repeat(1100))));
            assertThat(new Frames(session.client()).response(1)).startsWith("431\n").endsWith("the fields are larger than 1024 bytes\n");
            leaves(session);
        }
    }

    @Test
    void clientThatSaysNothingEndsAsOneThatHasSaidAll() {
        try (TestRoute route = route("timeouts: { idle: 10s }\n").to("far").open()) {
            TestSession session = route.connect();
            try (Ticking _ = new Ticking(route.clock(), 2)) {
                session.client().seesTheEnd();
            }
            session.client().closes();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }

    @Test
    void piecesOfACookieAreJoined() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1, "cookie", "a=b", "x", "y", "cookie", "c=d")));
            Peer far = session.destination("far");
            assertThat(headOf(far)).isEqualTo(onward("GET /x HTTP/1.1", "Host: a", "x: y", "cookie: a=b; c=d"));
            far.closes();
            leaves(session);
        }
    }

    @Test
    void moreStreamsAtOnceThanAreAllowedAreRefused() {
        try (TestRoute route = route("limits: { streams: 2 }\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1), get(3), get(5)));
            Frames frames = new Frames(session.client());
            Frame refused = frames.next(RESET);
            assertThat(refused.stream()).isEqualTo(5);
            assertThat(refused.number()).isEqualTo(7);
            session.destination("far").closes();
            session.destination("far").closes();
            leaves(session);
        }
    }

    @Test
    void clientThatDoesNothingButBreakStreamsOffIsSentAway() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(PREFACE);
            Peer client = session.client();
            for (int stream = 1; stream < 1000; stream += 2) {
                client.sends(all(get(stream, "host", "b"), number(RESET, stream, 8)));
            }
            assertThat(new Frames(client).next(GO_AWAY).number()).isEqualTo(11);
            client.seesTheEnd();
            leaves(session);
        }
    }

    @Test
    void clientThatAsksForNothingIsSentAwayInPeace() {
        try (TestRoute route = route("timeouts: { idle: 10s }\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(PREFACE);
            Frames frames = new Frames(session.client());
            frames.next(SETTINGS);
            try (Ticking _ = new Ticking(route.clock(), 2)) {
                assertThat(frames.next(GO_AWAY).number()).isZero();
                session.client().seesTheEnd();
            }
            leaves(session);
        }
    }

    @Test
    void destinationThatIsSilentForTooLongIsSaidSo() {
        try (TestRoute route = route("timeouts: { response: 5s }\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1)));
            Peer far = session.destination("far");
            headOf(far);
            try (Ticking _ = new Ticking(route.clock(), 2)) {
                assertThat(new Frames(session.client()).response(1)).startsWith("504\n").contains("error=http_response_timeout");
            }
            far.seesAReset();
            leaves(session);
        }
    }

    @Test
    void whatADestinationSaysOnAStreamThatIsBrokenOffIsForNobodyAndTheOthersGoOn() {
        try (TestRoute route = route("http2: true\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "POST", false), get(3)));
            Peer far = session.destination("far");
            far.receives(new String(PREFACE, 0, 24, ISO_8859_1));
            Frames there = new Frames(far);
            far.sends(frame(SETTINGS, NOTHING, 0));
            int first = there.next(HEADERS).stream();
            there.next(HEADERS);
            session.client().sends(number(RESET, 1, 8));
            int broken = there.next(RESET).stream();
            assertThat(broken).isIn(first, 4 - first);
            // As if it had not heard yet.
            far.sends(all(Frames.head(broken, false, ":status", "200"), data(broken, "late", false), Frames.head(broken, true, "grpc-status", "1")));
            far.sends(all(Frames.head(4 - broken, false, ":status", "200"), data(4 - broken, "ok", true)));
            assertThat(new Frames(session.client()).response(3)).isEqualTo("200\nvia: 2.0 gw\nok");
            session.client().closes();
            assertThat(there.next(GO_AWAY).number()).isZero();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void whatAClientSaysOnAStreamThatIsAnsweredBeforeItsEndIsForNobodyAndTheOthersGoOn() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "POST", false)));
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 403 Forbidden", "Content-Length: 2") + "no");
            Frames frames = new Frames(session.client());
            assertThat(frames.response(1)).isEqualTo("403\nvia: 1.1 gw\ncontent-length: 2\nno");
            assertThat(frames.next(RESET).number()).isZero();
            far.seesAReset();
            byte[][] late = new byte[1000][];
            Arrays.fill(late, data(1, "late", false));
            session.client().sends(all(all(late), Frames.head(1, true, "late", "too"), get(3)));
            Peer other = session.destination("far");
            headOf(other);
            other.sends(OK + "ok");
            assertThat(frames.response(3)).isEqualTo(OK_BACK);
            leaves(session);
            other.seesTheEnd().closes();
        }
    }

    @Test
    void destinationThatSpeaksHttp2CarriesAllOfASessionsRequestsOnOneConnection() {
        try (TestRoute route = route("http2: true\n").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, request(1, "POST", false, "te", "trailers"), data(1, "abc", true)));
            Peer far = session.destination("far");
            far.receives(new String(PREFACE, 0, 24, ISO_8859_1));
            Frames there = new Frames(far);
            far.sends(frame(SETTINGS, NOTHING, 0));
            Frame asked = there.next(HEADERS);
            assertThat(asked.stream()).isEqualTo(1);
            assertThat(there.said(asked)).contains("via: 2.0 gw", "te: trailers");
            assertThat(there.next(DATA).text()).isEqualTo("abc");
            session.client().sends(get(3));
            assertThat(there.next(HEADERS).stream()).isEqualTo(3);
            far.sends(all(Frames.head(3, true, ":status", "204"), Frames.head(1, false, ":status", "200", "a", "b"), data(1, "ok", false),
                    Frames.head(1, true, "grpc-status", "0")));
            Frames frames = new Frames(session.client());
            assertThat(frames.response(3)).startsWith("204\n");
            assertThat(frames.response(1)).isEqualTo("200\na: b\nvia: 2.0 gw\nokgrpc-status: 0\n");
            session.client().closes();
            assertThat(there.next(GO_AWAY).number()).isZero();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void destinationThatIsLongInComingHoldsUpNoOther() {
        try (TestRoute route = route("hosts: { a: { to: far, http2: true }, b: { to: near, http2: true } }\n").slow("far").destinations("near").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, get(1), Frames.head(3, true, ":method", "GET", ":scheme", "http", ":path", "/x", ":authority", "b"), get(5)));
            Peer near = session.destination("near");
            near.receives(24);
            new Frames(near).next(HEADERS);
            near.sends(all(frame(SETTINGS, NOTHING, 0), Frames.head(1, true, ":status", "204")));
            Frames frames = new Frames(session.client());
            assertThat(frames.response(3)).startsWith("204\n");
            route.lets("far");
            Peer far = session.destination("far");
            far.receives(24);
            Frames there = new Frames(far);
            there.next(HEADERS);
            there.next(HEADERS);
            far.sends(all(frame(SETTINGS, NOTHING, 0), Frames.head(1, true, ":status", "204"), Frames.head(3, true, ":status", "204")));
            assertThat(frames.response(1)).startsWith("204\n");
            assertThat(frames.response(5)).as("on the same connection").startsWith("204\n");
            session.client().closes();
            near.receivesToTheEnd();
            near.closes();
            far.receivesToTheEnd();
            far.closes();
            session.ending();
        }
    }
}
