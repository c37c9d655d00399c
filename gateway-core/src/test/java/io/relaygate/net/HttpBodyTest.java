package io.relaygate.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.HttpHead.Field;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpBodyTest {

    private static final String CHUNKS = "5\r\nhello\r\n0001;name=\"v\"\r\n,\r\n6 \r\n world\r\n0\r\nTrailer: t\r\n\r\n";

    private static HttpHead head(String... fields) {
        List<Field> all = new ArrayList<>();
        for (String field : fields) {
            String[] parts = field.split(": ", 2);
            all.add(new Field(parts[0], parts[1]));
        }
        return new HttpHead("POST", "/", "HTTP/1.1", all, 0);
    }

    private static String read(HttpBody body) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[7];
        for (int n = 0; n >= 0; n = body.read(some, 1, 5, Link.FOREVER)) {
            all.write(some, 1, n);
        }
        assertThat(body.over()).isTrue();
        return all.toString(ISO_8859_1);
    }

    private static String read(String bytes, String... fields) throws IOException {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write(bytes.getBytes(ISO_8859_1));
            pair.client().finish();
            return read(HttpBody.of(head(fields), pair.server()));
        }
    }

    @Test
    void readsChunksAndWhatHasALengthAndNotAByteMore() throws Exception {
        assertThat(read(CHUNKS, "Transfer-Encoding: Chunked")).isEqualTo("hello, world");
        assertThat(read("hello, world", "Content-Length: 12")).isEqualTo("hello, world");
        assertThat(read("GET")).isEmpty();
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write((CHUNKS + "abcX").getBytes(ISO_8859_1));
            read(HttpBody.of(head("Transfer-Encoding: chunked"), pair.server()));
            assertThat(read(HttpBody.of(head("Content-Length: 3"), pair.server()))).isEqualTo("abc");
            assertThat(pair.server().in().read()).isEqualTo('X');
        }
    }

    @Test
    void readsTheSameAtEveryCut() throws Exception {
        byte[] bytes = CHUNKS.getBytes(ISO_8859_1);
        for (int cut = 0; cut < bytes.length; cut++) {
            try (LinkPair pair = LinkPair.pipe()) {
                pair.client().out().write(bytes, 0, cut);
                HttpBody body = HttpBody.of(head("Transfer-Encoding: chunked"), pair.server());
                var all = LinkContractTest.async(() -> read(body));
                pair.client().out().write(bytes, cut, bytes.length - cut);
                assertThat(all.join()).isEqualTo("hello, world");
            }
            String part = CHUNKS.substring(0, cut);
            assertThatThrownBy(() -> read(part, "Transfer-Encoding: chunked")).isInstanceOf(EOFException.class);
        }
        assertThatThrownBy(() -> read("ab", "Content-Length: 3")).isInstanceOf(EOFException.class);
    }

    private static HttpHead response(int status, String... fields) {
        return new HttpHead("HTTP/1.1", Integer.toString(status), "", head(fields).fields(), 0);
    }

    @Test
    void bodyOfAResponseEndsWhereItSaysOrWithItsConnection() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write((CHUNKS + "abcdef").getBytes(ISO_8859_1));
            pair.client().finish();
            assertThat(read(HttpBody.ofResponse(response(200, "Content-Length: 9"), "HEAD", pair.server()))).isEmpty();
            assertThat(read(HttpBody.ofResponse(response(304, "Content-Length: 9"), "GET", pair.server()))).isEmpty();
            assertThat(read(HttpBody.ofResponse(response(204), "GET", pair.server()))).isEmpty();
            assertThat(read(HttpBody.ofResponse(response(200, "Transfer-Encoding: chunked"), "GET", pair.server()))).isEqualTo("hello, world");
            assertThat(read(HttpBody.ofResponse(response(200, "Content-Length: 3"), "GET", pair.server()))).isEqualTo("abc");
            HttpBody rest = HttpBody.ofResponse(response(200), "GET", pair.server());
            assertThat(rest.length()).isEqualTo(-1);
            assertThat(rest.over()).isFalse();
            assertThat(read(rest)).isEqualTo("def");
        }
    }

    @Test
    void nextChunkIsNotWaitedForLongerThanTheLimit() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            pair.client().out().write("1\r\na\r\n".getBytes(ISO_8859_1));
            HttpBody body = HttpBody.of(head("Transfer-Encoding: chunked"), pair.server());
            byte[] some = new byte[4];
            assertThat(body.read(some, 0, 4, Link.FOREVER)).isZero();
            assertThat(body.read(some, 0, 4, Link.FOREVER)).isEqualTo(1);
            assertThat(body.read(some, 0, 4, Duration.ofMillis(20))).isZero();
            pair.client().out().write("0\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(body.read(some, 0, 4, Link.FOREVER)).isEqualTo(-1);
        }
    }

    @Test
    void everyMutationIsReadOrRefused() {
        Random random = new Random(5);
        for (int round = 0; round < 3_000; round++) {
            char[] mutated = CHUNKS.toCharArray();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (char) random.nextInt(256);
            }
            try {
                assertThat(read(new String(mutated), "Transfer-Encoding: chunked").length()).isLessThan(CHUNKS.length());
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "\r\n", "-1\r\n", "1\na", "1\r\nab\r\n0\r\n\r\n", "1\r\na0\r\n\r\n", "1000000000000000\r\n",
        "1\u0000\r\na", "0x1\r\na\r\n", "1\r\na\r\r\n"})
    void refusesChunksThatAreMalformed(String bytes) {
        assertThatThrownBy(() -> read(bytes, "Transfer-Encoding: chunked"))
                .isInstanceOfSatisfying(BadHeadException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void refusesLinesAndTrailersWithoutEnd() {
        assertThatThrownBy(() -> read("1;" + "x".repeat(2000) + "\r\n", "Transfer-Encoding: chunked"))
                .isInstanceOf(BadHeadException.class);
        assertThatThrownBy(() -> read("0\r\n" + "a: b\r\n".repeat(200) + "\r\n", "Transfer-Encoding: chunked"))
                .isInstanceOfSatisfying(BadHeadException.class, e -> assertThat(e.status()).isEqualTo(431));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Transfer-Encoding: gzip | X: y | 501",
        "Transfer-Encoding: gzip, chunked | X: y | 501",
        "Transfer-Encoding: chunked | Content-Length: 3 | 400",
        "Content-Length: -1 | X: y | 400",
        "Content-Length: 3, 3 | X: y | 400",
        "Content-Length: 9999999999999999999 | X: y | 400"
    })
    void refusesHeadsThatLeaveTheEndInDoubt(String one, String other, int status) throws IOException {
        try (LinkPair pair = LinkPair.pipe()) {
            assertThatThrownBy(() -> HttpBody.of(head(one, other), pair.server()))
                    .isInstanceOfSatisfying(BadHeadException.class, e -> assertThat(e.status()).isEqualTo(status));
        }
    }

    @Test
    void asksASenderThatWaitsToBeAskedWhenTheBodyIsWanted() throws Exception {
        try (LinkPair pair = LinkPair.pipe()) {
            HttpBody body = HttpBody.of(head("Content-Length: 2", "Expect: 100-Continue"), pair.server());
            assertThat(pair.client().available()).isZero();
            var all = LinkContractTest.async(() -> read(body));
            byte[] asked = pair.client().in().readNBytes(25);
            assertThat(new String(asked, ISO_8859_1)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            pair.client().out().write("ok".getBytes(ISO_8859_1));
            assertThat(all.join()).isEqualTo("ok");
        }
    }
}
