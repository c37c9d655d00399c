package io.relaygate.plugins.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.wire.Cases.Case;
import io.relaygate.plugins.http.wire.Passing.Outcome;
import io.relaygate.sdk.testkit.Pieces;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every case of the tables, whole and cut at every byte. */
@Timeout(120)
class WireTest {

    static List<Case> requests() {
        return Cases.read("requests.txt");
    }

    static List<Case> responses() {
        return Cases.read("responses.txt");
    }

    private static boolean toHead(Case each) {
        return each.name().contains("HEAD");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void requestIsRefusedOrPassedOnInCanonicalForm(Case each) {
        Outcome whole = Passing.requests(Pieces.whole(each.bytes()), Limits.USUAL);
        assertThat(whole.status()).as("%s", whole).isEqualTo(each.status());
        if (each.status() == 0) {
            assertThat(whole.out()).isEqualTo(each.out());
            List<Canonical.Message> meant = Canonical.requests(each.out());
            for (int cut = 0; cut <= each.in().length(); cut++) {
                Outcome same = Passing.requests(cut == 0 ? Pieces.oneByOne(each.bytes()) : Pieces.cutAfter(each.bytes(), cut), Limits.USUAL);
                assertThat(same.status()).as("cut after %d: %s", cut, same).isZero();
                assertThat(Canonical.requests(same.out())).as("cut after %d", cut).isEqualTo(meant);
            }
        } else {
            for (int cut = 0; cut <= each.in().length(); cut++) {
                Outcome same = Passing.requests(cut == 0 ? Pieces.oneByOne(each.bytes()) : Pieces.cutAfter(each.bytes(), cut), Limits.USUAL);
                assertThat(same.status()).as("cut after %d: %s", cut, same).isEqualTo(each.status());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("responses")
    void responseIsRefusedOrPassedOnInCanonicalForm(Case each) {
        Outcome whole = Passing.responses(Pieces.whole(each.bytes()), toHead(each));
        assertThat(whole.status()).as("%s", whole).isEqualTo(each.status());
        if (each.status() == 0) {
            assertThat(whole.out()).isEqualTo(each.out());
        }
        for (int cut = 0; cut <= each.in().length() && !each.name().contains("101"); cut++) {
            Outcome same = Passing.responses(cut == 0 ? Pieces.oneByOne(each.bytes()) : Pieces.cutAfter(each.bytes(), cut), toHead(each));
            assertThat(same.status()).as("cut after %d: %s", cut, same).isEqualTo(each.status());
            if (each.status() == 0) {
                assertThat(Canonical.responses(same.out(), toHead(each))).isEqualTo(Canonical.responses(each.out(), toHead(each)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET / HTTP/1.1\r\nHost: a\r\n", "\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0000"})
    void whatNeverEndsIsRefusedInGoodTime(String begin) {
        Endless endless = new Endless(begin.endsWith("\n") ? begin.equals("\r\n\r\n") ? "\r\n" : "X: y\r\n" : "0");
        InputStream in = new SequenceInputStream(new ByteArrayInputStream(begin.getBytes(ISO_8859_1)), endless);
        assertThat(Passing.requests(in, Limits.USUAL).status()).isIn(400, 414, 431);
        assertThat(endless.given).isLessThan(200_000);
    }

    /** The same again and again. */
    private static final class Endless extends InputStream {
        private final byte[] word;
        private long given;

        Endless(String word) {
            this.word = word.getBytes(ISO_8859_1);
        }

        @Override
        public int read() {
            return word[(int) (given++ % word.length)];
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            for (int i = 0; i < length; i++) {
                into[offset + i] = (byte) read();
            }
            return length;
        }
    }

    @Test
    void largestHeadThatIsTakenIsTaken() {
        String fields = "X-Large: " + "x".repeat(60_000) + "\r\n";
        String request = "GET /" + "p".repeat(8000) + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        Outcome taken = Passing.requests(Pieces.whole(request.getBytes(ISO_8859_1)), Limits.USUAL);
        assertThat(taken.status()).isZero();
        assertThat(taken.out()).isEqualTo(request);
        assertThat(Passing.requests(Pieces.whole(request.replace("/p", "/" + "q".repeat(200)).getBytes(ISO_8859_1)), Limits.USUAL).status()).isEqualTo(414);
        assertThat(Passing.requests(Pieces.whole(request.replace("X-Large", "X: y\r\n".repeat(200) + "X").getBytes(ISO_8859_1)), Limits.USUAL).status())
                .isEqualTo(431);
        assertThat(Passing.requests(Pieces.whole(request.replace("x-", "x".repeat(20_000)).replace(fields, fields + fields).getBytes(ISO_8859_1)), Limits.USUAL)
                .status()).isEqualTo(431);
    }
}
