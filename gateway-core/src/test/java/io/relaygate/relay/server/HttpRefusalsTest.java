package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.server.RelaySettings.Profile;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests that no listener answers, or not well, or not to the end. */
class HttpRefusalsTest extends AtARelay {

    private static final String GET = "GET /open/x HTTP/1.1~Host: localhost:1~~";
    private static final String UPLOAD = "POST /open HTTP/1.1~Host: h~Content-Length: 100000~~abc";

    private HttpSender send(String text) throws IOException {
        return HttpSender.of(relay).send(text);
    }

    /** An answer of the relay's own: it says what it is twice, and closes. */
    private static void refused(HttpSender sender, int status, String code, String words) throws IOException {
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(status);
        assertThat(head.reason()).startsWith(words + " TrackingId:").contains("_G0, SystemTracker:sb://", ", Timestamp:");
        assertThat(head.field("Via")).as("it is no listener's").isNull();
        assertThat(head.field("Content-Type")).startsWith("application/json");
        assertThat(head.field("Connection")).isEqualTo("close");
        assertThat(sender.text(head)).isEqualTo("{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + head.reason() + "\"}}");
        assertThat(sender.link.in().read()).isEqualTo(-1);
    }

    @Test
    void whoeverMayNotSendIsTold() throws Exception {
        RawClient.listener(relay, "site-oslo");
        refused(send("GET /site-oslo HTTP/1.1~Host: h~~"), 401, "TokenMissingOrInvalid", "MissingToken: Relay security token is required.");
        refused(send("GET /site-oslo HTTP/1.1~Host: h~Authorization: Basic eDp5~~"), 401, "TokenMissingOrInvalid",
                "MalformedToken: The token is malformed.");
        refused(send("GET /site-oslo HTTP/1.1~Host: h~Authorization: " + token("site-oslo", "send", "wrong") + "~~"), 401,
                "TokenMissingOrInvalid", "InvalidSignature: The token has an invalid signature.");
        refused(send("GET /site-oslo HTTP/1.1~Host: h~Authorization: " + token("other", "root", RelayFixture.ROOT_KEY) + "~~"), 401,
                "TokenMissingOrInvalid", "InvalidAudience: The authorization header contains a token with a wrong audience.");
        refused(send("GET /site-oslo HTTP/1.1~Host: h~Authorization: " + token("site-oslo", "listen", RelayFixture.LISTEN_KEY) + "~~"), 403,
                "Forbidden", "Unauthorized access. 'Send' claim(s) are required to perform this operation.");
        refused(send("GET /nowhere HTTP/1.1~Host: h~Authorization: " + token("nowhere", "root", RelayFixture.ROOT_KEY) + "~~"), 404,
                "NotFound", "Endpoint does not exist.");
        refused(send("GET / HTTP/1.1~Host: h~~"), 404, "NotFound", "Endpoint does not exist.");
        refused(send(GET), 502, "BadGateway", "There are no listeners connected for the endpoint.");
        HttpSender head = send(GET.replace("GET", "HEAD"));
        assertThat(head.head().status()).isEqualTo(502);
        assertThat(head.link.in().read()).isEqualTo(-1);
    }

    private String token(String path, String name, String key) {
        return RawClient.token(relay, path, name, key).value();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Transfer-Encoding: chunked~Content-Length: 3 | 400 | BadRequest | the request has both Content-Length and Transfer-Encoding",
        "Transfer-Encoding: gzip | 501 | NotImplemented | the request has another transfer coding than chunked",
        "Content-Length: x | 400 | BadRequest | Content-Length is no number of bytes"
    })
    void bodyWithoutCertainEndIsRefused(String fields, int status, String code, String words) throws Exception {
        RawClient.listener(relay, "open");
        refused(send("POST /open HTTP/1.1~Host: h~" + fields + "~~abc"), status, code, words);
    }

    @Test
    void bodyThatIsMalformedIsRefusedThoughAListenerHasPartOfIt() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send("POST /open HTTP/1.1~Host: h~Transfer-Encoding: chunked~~3~abc~");
        RawClient rendezvous = RawClient.rendezvous(relay, HttpRequestsTest.request(listener).address());
        HttpRequestsTest.request(rendezvous);
        assertThat(rendezvous.next().text()).isEqualTo("abc");
        sender.send("nonsense~");
        assertThatThrownBy(rendezvous::next).isInstanceOf(IOException.class);
        refused(sender, 400, "BadRequest", "The body of the request ended too early or is malformed.");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":99}}",
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":101}}",
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":600}}",
        "{\"response\":{\"requestId\":\"ID\"}}",
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":200,\"responseHeaders\":{\"A\":\"b\\r\\nC: d\"}}}",
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":200,\"responseHeaders\":{\"A b\":\"c\"}}}",
        "{\"response\":{\"requestId\":\"ID\",\"statusCode\":200,\"responseHeaders\":{\"\":\"c\"}}}"
    })
    void responseThatHttpCannotSayIsRefused(String response) throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        Request request = HttpRequestsTest.request(listener);
        listener.sendText(response.replace("ID", request.id()));
        refused(sender, 502, "BadGateway", "The listener's response is malformed.");
        HttpSender again = send(GET);
        Request second = HttpRequestsTest.request(listener);
        RawClient.rendezvous(relay, second.address()).sendText(response.replace("ID", second.id()));
        refused(again, 502, "BadGateway", "The listener's response is malformed.");
    }

    @Test
    void whatIsNoAnswerOnTheControlChannelIsPassedOver() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        Request request = HttpRequestsTest.request(listener);
        listener.send(FrameReader.BINARY, true, new byte[] {1, 2, 3});
        listener.sendText(new Response("other", 200, "", Map.of(), true).toJson());
        listener.send(FrameReader.BINARY, true, new byte[] {1, 2, 3});
        listener.sendText("{\"response\":{\"statusCode\":200}}");
        listener.sendText("nonsense");
        // An announced body that does not come.
        listener.sendText(HttpRequestsTest.response(request, 200, true).toJson());
        listener.sendText("{\"future\":1}");
        refused(sender, 502, "BadGateway", "The listener's response is malformed.");
        HttpSender next = send(GET);
        listener.sendText(HttpRequestsTest.response(HttpRequestsTest.request(listener), 200, false).toJson());
        assertThat(next.head().status()).isEqualTo(200);
    }

    @Test
    void oneListenerCannotAnswerWhatAnotherWasHanded() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        Request request = HttpRequestsTest.request(listener);
        RawClient stranger = RawClient.listener(relay, "other");
        stranger.sendText(HttpRequestsTest.response(request, 600, false).toJson());
        stranger.sendText(HttpRequestsTest.response(request, 299, false).toJson());
        HttpSender marker = send("GET /other HTTP/1.1~Host: h~Authorization: " + token("other", "root", RelayFixture.ROOT_KEY) + "~~");
        stranger.sendText(HttpRequestsTest.response(HttpRequestsTest.request(stranger), 200, false).toJson());
        assertThat(marker.head().status()).isEqualTo(200);
        listener.sendText(HttpRequestsTest.response(request, 201, false).toJson());
        assertThat(sender.head().status()).isEqualTo(201);
        String forged = request.address().replaceAll("rendezvous=[0-9a-f]{32}", "rendezvous=" + "0".repeat(32));
        assertThat(RawClient.rendezvous(relay, forged).answer.status()).isEqualTo(403);
        assertThat(RawClient.rendezvous(relay, request.address().replace("=request", "=accept")).answer.status()).isEqualTo(403);
    }

    @Test
    void listenerThatVanishesAtAnyStageIsTold() throws Exception {
        String lost = "The listener closed the connection.";
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender beforeItsAnswer = send(GET);
        HttpSender beforeItFetches = send(UPLOAD);
        HttpRequestsTest.request(listener);
        HttpRequestsTest.request(listener);
        listener.close();
        refused(beforeItsAnswer, 502, "BadGateway", lost);
        refused(beforeItFetches, 502, "BadGateway", lost);

        listener = RawClient.listener(relay, "open");
        for (String request : new String[] {GET, UPLOAD}) {
            for (boolean clean : new boolean[] {true, false}) {
                HttpSender beforeTheHead = send(request);
                RawClient rendezvous = RawClient.rendezvous(relay, HttpRequestsTest.request(listener).address());
                if (clean) {
                    rendezvous.sendClose(1000, "");
                } else {
                    rendezvous.close();
                }
                refused(beforeTheHead, 502, "BadGateway", lost);
            }
        }
        for (int way = 0; way < 3; way++) {
            HttpSender withinTheBody = send(GET);
            Request request = HttpRequestsTest.request(listener);
            RawClient rendezvous = RawClient.rendezvous(relay, request.address());
            rendezvous.sendText(HttpRequestsTest.response(request, 200, true).toJson());
            rendezvous.send(FrameReader.BINARY, false, new byte[] {'x'});
            assertThat(withinTheBody.head().status()).isEqualTo(200);
            assertThat(withinTheBody.chunk()).hasSize(1);
            switch (way) {
                case 0 -> rendezvous.close();
                case 1 -> rendezvous.sendClose(1011, "failed");
                default -> rendezvous.send(FrameReader.TEXT, true, new byte[] {'y'});
            }
            assertThatThrownBy(withinTheBody::chunk).as("way %d", way).isInstanceOf(IOException.class);
        }
        HttpSender stillThere = send(GET);
        Request last = HttpRequestsTest.request(listener);
        RawClient rendezvous = RawClient.rendezvous(relay, last.address());
        listener.close();
        rendezvous.sendText(HttpRequestsTest.response(last, 200, false).toJson());
        assertThat(stillThere.head().status()).as("its control channel is not needed any more").isEqualTo(200);
    }

    private static final String LATE =
            "The request was routed to the listener but the listener did not respond in the required time.";

    private void passes(Duration time) {
        relay.clock.ahead = relay.clock.ahead.plus(time);
        relay.relay.timer().wake();
    }

    /** Lets minutes pass until the sender hears something, or nothing ever: the relay may have noted the last piece a little later than we. */
    private void outlast(HttpSender sender) {
        await().until(() -> {
            passes(Duration.ofSeconds(61));
            try {
                return sender.link.awaitReadable(Duration.ofMillis(100));
            } catch (IOException e) {
                return true;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void silentListenerIsGivenSixtySeconds(Profile profile) throws Exception {
        under(profile);
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender control = send(GET);
        Request request = HttpRequestsTest.request(listener);
        HttpSender upload = send(UPLOAD.replace("100000", "65537") + "x".repeat(65_534));
        RawClient rendezvous = RawClient.rendezvous(relay, HttpRequestsTest.request(listener).address());
        HttpRequestsTest.request(rendezvous);
        while (!rendezvous.next().last()) {
            // All of the body.
        }
        await().until(() -> relay.relay.timer().waiting() == 2);
        passes(Duration.ofSeconds(50));
        assertThat(control.link.awaitReadable(Duration.ofMillis(200))).isFalse();
        passes(Duration.ofSeconds(11));
        refused(control, 504, "GatewayTimeout", LATE);
        outlast(upload);
        refused(upload, 504, "GatewayTimeout", LATE);
        assertThatThrownBy(rendezvous::next).isInstanceOf(IOException.class);
        assertThat(RawClient.rendezvous(relay, request.address()).answer.status()).isEqualTo(403);
        listener.sendText(HttpRequestsTest.response(request, 200, false).toJson());
        HttpSender next = send(GET);
        listener.sendText(HttpRequestsTest.response(HttpRequestsTest.request(listener), 200, false).toJson());
        assertThat(next.head().status()).as("a late answer harms nothing").isEqualTo(200);
    }

    @Test
    void listenerMayTakeSixtySecondsForEachPiece() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        Request request = HttpRequestsTest.request(listener);
        passes(Duration.ofSeconds(50));
        RawClient rendezvous = RawClient.rendezvous(relay, request.address());
        rendezvous.sendText(HttpRequestsTest.response(request, 200, true).toJson());
        assertThat(sender.head().status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            rendezvous.send(i == 0 ? FrameReader.BINARY : FrameReader.CONTINUATION, false, new byte[] {'x'});
            assertThat(sender.chunk()).hasSize(1);
            passes(Duration.ofSeconds(50));
        }
        outlast(sender);
        assertThatThrownBy(sender::chunk).isInstanceOf(IOException.class);
        assertThatThrownBy(rendezvous::next).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void senderMayNotStopWithinItsBody(Profile profile) throws Exception {
        under(profile);
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(UPLOAD);
        RawClient rendezvous = RawClient.rendezvous(relay, HttpRequestsTest.request(listener).address());
        HttpRequestsTest.request(rendezvous);
        assertThat(rendezvous.next().text()).isEqualTo("abc");
        outlast(sender);
        refused(sender, 408, "RequestTimeout", "The body of the request did not arrive in the required time.");
    }

    @Test
    void senderThatLeavesFreesItsPlaceAtOnceAndEndsTheRendezvous() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        for (String request : new String[] {GET, GET + GET, "POST /open HTTP/1.1~Host: h~Content-Length: 3~~abc"}) {
            boolean again = request.equals(GET + GET);
            HttpSender sender = send(request);
            Request first = HttpRequestsTest.request(listener);
            if (again) {
                listener.sendText(HttpRequestsTest.response(first, 200, false).toJson());
                sender.head();
                HttpRequestsTest.request(listener);
            } else if (!request.equals(GET)) {
                listener.next();
            }
            sender.link.close();
            await().untilAsserted(() -> assertThat(relay.relay.timer().waiting()).as(request).isZero());
            assertThat(RawClient.rendezvous(relay, first.address()).answer.status()).isEqualTo(403);
        }
        for (boolean whole : new boolean[] {true, false}) {
            HttpSender sender = send(whole ? GET : UPLOAD + "x".repeat(99_997));
            RawClient rendezvous = RawClient.rendezvous(relay, HttpRequestsTest.request(listener).address());
            if (!whole) {
                HttpRequestsTest.request(rendezvous);
                while (!rendezvous.next().last()) {
                    // All of the body.
                }
            }
            sender.link.abort();
            assertThatThrownBy(rendezvous::next).as("whole: %s", whole).isInstanceOf(IOException.class);
            await().until(() -> relay.relay.timer().waiting() == 0);
        }
        await().untilAsserted(() -> assertThat(relay.metrics.exposition())
                .contains("relaygate_embedded_relay_waiting_requests 0")
                .contains("relaygate_embedded_relay_requests_total{from=\"relay\",status=\"499\"} 5"));
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void relayThatDrainsTakesNoRequestsAndWaitsForThoseUnderWay(Profile profile) throws Exception {
        under(profile);
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        Request request = HttpRequestsTest.request(listener);
        relay.relay.pairs().drain();
        refused(send(GET), 503, "ServiceUnavailable", "The relay is shutting down.");
        assertThat(relay.relay.pairs().awaitNone(Duration.ofMillis(50))).isFalse();
        listener.sendText(HttpRequestsTest.response(request, 200, false).toJson());
        assertThat(sender.head().status()).isEqualTo(200);
        assertThat(relay.relay.pairs().awaitNone(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void relayThatClosesLeavesNobodyWaiting() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        HttpRequestsTest.request(listener);
        relay.relay.close();
        assertThatThrownBy(() -> {
                    HttpHead head = sender.head();
                    assertThat(head.status()).isEqualTo(503);
                    throw new IOException("it was told");
                })
                .isInstanceOf(IOException.class);
    }

    /** At Azure a listener may be picked for some time after it was lost. */
    @Test
    void requestForAListenerThatIsLostMayWaitForAMinute() throws Exception {
        under(Profile.PESSIMISTIC);
        RawClient.listener(relay, "open").close();
        await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"open\"} 0"));
        HttpSender sender = send(GET);
        await().until(() -> relay.relay.timer().waiting() == 1);
        passes(Duration.ofSeconds(61));
        refused(sender, 504, "GatewayTimeout", LATE);
        refused(send(GET), 502, "BadGateway", "There are no listeners connected for the endpoint.");
    }

    @Test
    void resultIsCounted() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = send(GET);
        listener.sendText(HttpRequestsTest.response(HttpRequestsTest.request(listener), 203, false).toJson());
        sender.head();
        send("GET /nowhere HTTP/1.1~Host: h~~").head();
        await().untilAsserted(() -> assertThat(relay.metrics.exposition())
                .contains("relaygate_embedded_relay_requests_total{from=\"listener\",status=\"203\"} 1")
                .contains("relaygate_embedded_relay_requests_total{from=\"relay\",status=\"401\"} 1"));
    }
}
