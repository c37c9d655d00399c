package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.HttpHead.Field;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebSocketHandshakeTest {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String GOOD = "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: WebSocket\r\n"
            + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n\r\n";

    @Test
    void provesTheKeyAsTheStandardDoes() {
        assertThat(WebSocketHandshake.accept(KEY)).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void clientAndServerAgree() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            var asked = LinkContractTest.async(() -> WebSocketHandshake.ask(
                    pair.client(),
                    "relay:443",
                    "/$hc/hc?x=1",
                    List.of(new Field("ServiceBusAuthorization", "token"), new Field("Sec-WebSocket-Protocol", "a, b"))));
            HttpHead request = HttpHead.readRequest(pair.server(), HttpHead.DEFAULT_LIMIT);
            WebSocketHandshake.require(request);
            assertThat(WebSocketHandshake.wanted(request)).isTrue();
            assertThat(request.field("ServiceBusAuthorization")).isEqualTo("token");
            assertThat(request.field("Host")).isEqualTo("relay:443");
            WebSocketHandshake.grant(
                    pair.server(), request, List.of(new Field("Sec-WebSocket-Protocol", "b"), new Field("Date", "now")));
            HttpHead response = asked.join();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.field("Date")).isEqualTo("now");
            pair.server().out().write(7);
            assertThat(pair.client().in().read()).isEqualTo(7);
        }
    }

    @Test
    void aRefusalCarriesStatusAndReason() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            var asked = LinkContractTest.async(
                    () -> WebSocketHandshake.ask(pair.client(), "relay", "/", List.of(new Field("A", "b"))));
            HttpHead.readRequest(pair.server(), HttpHead.DEFAULT_LIMIT);
            WebSocketHandshake.refuse(pair.server(), 404, "Not\r\nhere", List.of(new Field("Via", "1.1 x")));
            assertThat(asked.join().status()).isEqualTo(404);
            assertThat(asked.join().reason()).isEqualTo("Nothere");
            assertThat(asked.join().field("Connection")).isEqualTo("close");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,POST,405",
        "Host: h,Hots: h,400",
        "WebSocket,h2c,400",
        "'keep-alive, Upgrade',keep-alive,400",
        "Version: 13,Version: 8,426",
        "Sec-WebSocket-Key: dGhl,Sec-WebSocket-Key: dGh,400",
        "Host: h,'Host: h\r\nContent-Length: 4',400",
        "Host: h,'Host: h\r\nTransfer-Encoding: chunked',400"
    })
    void requiresAProperRequest(String right, String wrong, int status) throws Exception {
        WebSocketHandshake.require(HttpHeadTest.request(GOOD, 1000));
        HttpHead request = HttpHeadTest.request(GOOD.replace(right, wrong), 1000);
        assertThatThrownBy(() -> WebSocketHandshake.require(request))
                .isInstanceOfSatisfying(
                        BadHeadException.class, e -> assertThat(e.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c|Connection: Upgrade|Sec-WebSocket-Accept: ACCEPT|",
                "Upgrade: websocket|Connection: close|Sec-WebSocket-Accept: ACCEPT|",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: AAAA|",
                "Upgrade: websocket|Connection: Upgrade|",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: ACCEPT|Sec-WebSocket-Extensions: x|",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: ACCEPT|Sec-WebSocket-Protocol: c|"
            })
    void theClientTakesNothingThatItDidNotAskFor(String fields) throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            var asked = LinkContractTest.async(() -> WebSocketHandshake.ask(
                    pair.client(), "h", "/", List.of(new Field("Sec-WebSocket-Protocol", "a, b"))));
            String key = HttpHead.readRequest(pair.server(), 1000).field("Sec-WebSocket-Key");
            String answer = "HTTP/1.1 101 Switching\r\n"
                    + fields.replace("|", "\r\n").replace("ACCEPT", WebSocketHandshake.accept(String.valueOf(key)))
                    + "\r\n";
            pair.server().out().write(answer.getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(asked::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(BadHeadException.class);
        }
    }

    @Test
    void sendsNoFieldThatWouldSplitTheHead() {
        try (LinkPair pair = LinkPair.pipe()) {
            for (Field bad : List.of(new Field("A", "b\r\nC: d"), new Field("A b", "c"), new Field("Host", "other"))) {
                assertThatThrownBy(() -> WebSocketHandshake.ask(pair.client(), "h", "/", List.of(bad)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> WebSocketHandshake.ask(pair.client(), "h", "/a b", List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aServerThatNeverAnswersMeetsTheDeadline() {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().deadline(Instant.now().plusMillis(30));
            assertThatThrownBy(() -> WebSocketHandshake.ask(pair.client(), "h", "/", List.of()))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }
}
