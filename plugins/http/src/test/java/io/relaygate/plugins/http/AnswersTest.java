package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.onward;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gateway answers itself, and when it waits no longer. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class AnswersTest {

    private static final String GET = head("GET /x HTTP/1.1", "Host: a");

    /** Hears an answer of the gateway, and that it is the last. */
    private static void hearsAndIsDone(TestSession session, int status, String error) {
        assertThat(headOf(session.client())).startsWith("HTTP/1.1 " + status + " ").contains("Proxy-Status: gw; error=" + error, "Connection: close\r\n");
        session.client().receivesToTheEnd();
        session.client().closes();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400 | GET /x HTTP/1.1                     | http_request_error",
        "400 | GET /x HTTP/1.1~Host: a~X : y       | http_request_error",
        "400 | POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding: chunked | http_request_error",
        "400 | GET /x HTTP/1.0                     | http_request_error",
        "404 | GET /x HTTP/1.1~Host: b             | destination_not_found",
        "413 | PUT / HTTP/1.1~Host: a~Content-Length: 101 | http_request_denied",
        "417 | PUT / HTTP/1.1~Host: a~Expect: gold~Content-Length: 1 | http_request_denied",
        "501 | CONNECT a:443 HTTP/1.1~Host: a:443  | http_request_denied",
        "501 | TRACE / HTTP/1.1~Host: a            | http_request_denied",
        "501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip | http_request_error",
        "505 | GET / HTTP/1.2~Host: a              | http_request_error",
        "508 | GET / HTTP/1.1~Host: a~Via: 1.0 other, 1.1 GW (loops) | proxy_loop_detected"})
    void requestThatGoesNoFurtherIsAnsweredAndNothingReachesADestination(int status, String lines, String error) {
        String hosts = status == 400 && lines.contains("1.0") ? "hosts: { \"*\": { to: far } }" : "hosts: { a: { to: far } }";
        try (TestRoute route = route("limits: { body: 100 }\n" + hosts).destinations("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head(lines.split("~", -1)));
            hearsAndIsDone(session, status, error);
            SessionEnding ending = session.ending();
            assertThat(ending.how()).isEqualTo("REFUSED");
            assertThat(ending.destination()).isNull();
        }
    }

    @Test
    void headsThatAreLargerThanIsTakenAreRefusedBeforeTheirEnd() {
        try (TestRoute route = route("limits: { line: 100, head: 300, fields: 5 }").to("far").open()) {
            TestSession line = route.connect();
            line.client().sends("GET /" + "x".repeat(100));
            hearsAndIsDone(line, 414, "http_request_error");
            line.ending();
            TestSession fields = route.connect();
            fields.client().sends("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(300));
            hearsAndIsDone(fields, 431, "http_request_error");
            fields.ending();
            TestSession many = route.connect();
            many.client().sends(head("GET / HTTP/1.1", "Host: a", "A: 1", "B: 2", "C: 3", "D: 4", "E: 5"));
            hearsAndIsDone(many, 431, "http_request_error");
            many.ending();
        }
    }

    @Test
    void bodyThatGrowsBeyondWhatIsTakenIsCutOffAtTheDestination() {
        try (TestRoute route = route("limits: { body: 100 }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "50\r\n" + "x".repeat(80) + "\r\n");
            Peer far = session.destination("far");
            headOf(far);
            far.receives("50\r\n" + "x".repeat(80) + "\r\n");
            session.client().sends("50\r\n" + "x".repeat(80) + "\r\n");
            hearsAndIsDone(session, 413, "http_request_denied");
            far.seesAReset();
            session.ending();
        }
    }

    @Test
    void chunksThatAreBrokenAreCutOffAtTheDestinationAndToldToTheClient() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "2\r\nxx\r\n");
            Peer far = session.destination("far");
            headOf(far);
            far.receives("2\r\nxx\r\n");
            session.client().sends("0x1\r\n");
            hearsAndIsDone(session, 400, "http_request_error");
            far.seesAReset();
            assertThat(session.ending().reason()).isEqualTo(Reason.MALFORMED);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 1 | http_protocol_error",
        "HTTP/1.1 200 OK~Content-Length: 1~Transfer-Encoding: chunked | http_protocol_error",
        "SSH-2.0-OpenSSH_9.2 | http_protocol_error",
        "HTTP/1.1 101 Switching Protocols~Upgrade: websocket | http_upgrade_failed"})
    void destinationThatAnswersInAnotherWayThanHttpIsNotBelieved(String lines, String error) {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head(lines.split("~", -1)));
            hearsAndIsDone(session, 502, error);
            far.seesAReset();
            assertThat(session.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void destinationThatEndsInItsHeadHasNotAnswered() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            far.sends("HTTP/1.1 200 OK\r\nContent-Le").closes();
            hearsAndIsDone(session, 502, "http_response_incomplete");
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Content-Length: 99 | end", "Content-Length: 99 | reset", "Transfer-Encoding: chunked | end", "Transfer-Encoding: chunked | 0x5~",
        "Transfer-Encoding: chunked | 0~Content-Length: 1~~"})
    void answerThatBreaksOffNeverLooksWholeToTheClient(String framing, String how) {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 200 OK", framing) + "5\r\nhello\r\n");
            headOf(session.client());
            session.client().receives("5\r\nhello\r\n");
            switch (how) {
                case "end" -> far.finishes();
                case "reset" -> far.resets();
                default -> far.sends(how.replace("~", "\r\n"));
            }
            session.client().seesAReset();
            far.seesAReset();
            assertThat(session.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void destinationThatCannotBeReachedIsToldApart() {
        try (TestRoute route = route("").to("far").unreachable("far").open()) {
            TestSession session = route.connect();
            session.client().sends(head("HEAD / HTTP/1.1", "Host: a"));
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 502 ").contains("error=connection_refused; next-hop=destination", "Content-Length: ");
            session.client().seesTheEnd().closes();
            assertThat(session.ending().reason()).isEqualTo(Reason.UNREACHABLE);
        }
    }

    @Test
    void clientThatDoesNotSayItsHeadToTheEndIsToldThatItIsLate() {
        try (TestRoute route = route("timeouts: { head: 10s }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 204 No Content"));
            headOf(session.client());
            far.seesTheEnd().closes();
            // Short of the limit nothing happens.
            route.clock().advance(Duration.ofSeconds(9));
            session.client().sends("GET / HTTP/1.1\r\nHo");
            try (Ticking _ = new Ticking(route.clock(), 11)) {
                hearsAndIsDone(session, 408, "http_request_error");
            }
            assertThat(session.ending().how()).isEqualTo("DEADLINE");
        }
    }

    @Test
    void clientThatAsksNothingMoreIsClosedCleanly() {
        try (TestRoute route = route("timeouts: { idle: 20s }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 204 No Content"));
            session.client().receives(head("HTTP/1.1 204 No Content", "Via: 1.1 gw"));
            far.seesTheEnd().closes();
            try (Ticking _ = new Ticking(route.clock(), 21)) {
                session.client().seesTheEnd().closes();
            }
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }

    @Test
    void destinationThatDoesNotAnswerInTimeIsToldToTheClient() {
        try (TestRoute route = route("timeouts: { response: 30s }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            headOf(far);
            try (Ticking _ = new Ticking(route.clock(), 31)) {
                hearsAndIsDone(session, 504, "http_response_timeout");
            }
            far.seesAReset();
            assertThat(session.ending().how()).isEqualTo("DEADLINE");
        }
    }

    @Test
    void bodyThatDoesNotGoOnIsBrokenOff() {
        try (TestRoute route = route("timeouts: { body: 15s }").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(GET);
            Peer far = session.destination("far");
            assertThat(headOf(far)).isEqualTo(onward("GET /x HTTP/1.1", "Host: a"));
            far.sends(head("HTTP/1.1 200 OK", "Content-Length: 9") + "begin");
            session.client().receives(head("HTTP/1.1 200 OK", "Via: 1.1 gw", "Content-Length: 9") + "begin");
            try (Ticking _ = new Ticking(route.clock(), 16)) {
                session.client().seesAReset();
            }
            far.seesAReset();
            assertThat(session.ending().how()).isEqualTo("DEADLINE");
        }
    }
}
