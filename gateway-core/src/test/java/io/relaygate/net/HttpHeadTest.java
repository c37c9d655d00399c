package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpHeadTest {

    private static final String REQUEST = String.join(
            "\r\n",
            "GET /$hc/a%20b?sb-hc-action=connect HTTP/1.1",
            "Host: relay.example",
            "X-Many: a, b",
            "x-many:c ",
            "Empty:",
            "Latin: caf\u00e9",
            "",
            "");

    static HttpHead request(String text, int limit) throws IOException {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write(text.getBytes(StandardCharsets.ISO_8859_1));
            pair.client().finish();
            return HttpHead.readRequest(pair.server(), limit);
        }
    }

    @Test
    void readsARequest() throws Exception {
        HttpHead head = request(REQUEST, HttpHead.DEFAULT_LIMIT);
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.target()).isEqualTo("/$hc/a%20b?sb-hc-action=connect");
        assertThat(head.field("host")).isEqualTo("relay.example");
        assertThat(head.field("Empty")).isEmpty();
        assertThat(head.field("Latin")).isEqualTo("caf\u00e9");
        assertThat(head.field("None")).isNull();
        assertThat(head.words("X-MANY")).containsExactly("a", "b", "c");
        assertThat(head.length()).isEqualTo(REQUEST.length());
    }

    @Test
    void readsTheSameAtEveryCut() throws Exception {
        HttpHead whole = request(REQUEST, HttpHead.DEFAULT_LIMIT);
        byte[] bytes = REQUEST.getBytes(StandardCharsets.ISO_8859_1);
        for (int cut = 1; cut < bytes.length; cut++) {
            try (LinkPair pair = LinkPair.pipe()) {
                pair.client().out().write(bytes, 0, cut);
                var head = LinkContractTest.async(() -> HttpHead.readRequest(pair.server(), HttpHead.DEFAULT_LIMIT));
                pair.client().out().write(bytes, cut, bytes.length - cut);
                assertThat(head.join()).isEqualTo(whole);
            }
        }
    }

    @Test
    void consumesTheHeadAndNotAByteMore() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write((REQUEST + "body").getBytes(StandardCharsets.ISO_8859_1));
            pair.client().finish();
            assertThat(HttpHead.peekRequest(pair.server(), 1000)).isEqualTo(HttpHead.readRequest(pair.server(), 1000));
            assertThat(pair.server().in().readAllBytes()).isEqualTo("body".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK,200,OK", "HTTP/1.1 404 Not Here At All,404,Not Here At All", "HTTP/1.1 204 ,204,''"})
    void readsAResponse(String line, int status, String reason) throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write((line + "\r\nDate: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            HttpHead head = HttpHead.readResponse(pair.server(), 1000);
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.reason()).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\n: a\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nSec-WebSocket-Key: 1\r\nSec-WebSocket-Key: 2\r\n\r\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1 \r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\n\r\n",
                "GET /\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\n\r\n",
                "G(T / HTTP/1.1\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n\r\n"
            })
    void refusesWhatIsMalformed(String text) {
        assertThatThrownBy(() -> request(text, 1000))
                .isInstanceOfSatisfying(
                        BadHeadException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void refusesAnotherVersionByItsOwnStatus() {
        assertThatThrownBy(() -> request("GET / HTTP/1.0\r\n\r\n", 1000))
                .isInstanceOfSatisfying(
                        BadHeadException.class, e -> assertThat(e.status()).isEqualTo(505));
    }

    @Test
    void boundsBytesAndFields() {
        String endless = "GET / HTTP/1.1\r\nX: " + "a".repeat(100_000);
        for (String text : new String[] {
            endless.substring(0, 1000), endless.substring(0, 16384), "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(101) + "\r\n"
        }) {
            assertThatThrownBy(() -> request(text, 1000))
                    .isInstanceOfSatisfying(
                            BadHeadException.class, e -> assertThat(e.status()).isEqualTo(431));
        }
    }

    @Test
    void takesAHeadOfExactlyTheLimit() throws Exception {
        assertThat(request(REQUEST, REQUEST.length()).method()).isEqualTo("GET");
        assertThatThrownBy(() -> request(REQUEST, REQUEST.length() - 1)).isInstanceOf(BadHeadException.class);
    }

    @Test
    void saysIfTheConnectionEnds() {
        assertThatThrownBy(() -> request("", 1000)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> request("GET / HT", 1000))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("within");
    }

    @Test
    void mutatedHeadsAreReadOrRefused() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = REQUEST.getBytes(StandardCharsets.ISO_8859_1);
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(request(new String(bytes, StandardCharsets.ISO_8859_1), 1000).length())
                        .isPositive();
            } catch (BadHeadException | EOFException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }
}
