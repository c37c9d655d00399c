package io.relaygate.plugins.redis.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.Mutations;
import io.relaygate.sdk.testkit.Pieces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplyFilterTest {

    private static final Marker MARKER = new Marker(new byte[16]);
    private static final String UNKNOWN = "-ERR unknown command 'relaygate-00000000000000000000000000000000:noperm:keys', with args beginning with: \r\n";

    /** Every kind of reply of both versions, with what only looks like an error. */
    private static final String REPLIES = "+OK\r\n:12\r\n$-1\r\n*-1\r\n_\r\n#t\r\n,1.5\r\n(123\r\n$5\r\n-E\r\nx\r\n*2\r\n$0\r\n\r\n-ERR nested\r\n"
            + "!5\r\n-ERR!\r\n=7\r\ntxt:-x\r\r\n>2\r\n+message\r\n$1\r\n-\r\n%1\r\n+k\r\n~1\r\n:1\r\n|1\r\n+a\r\n:1\r\n$?\r\n;3\r\n-ab\r\n;0\r\n"
            + "-ERR wrong\r\n-NOAUTH\r\n";

    private static String filtered(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReplyFilter filter = new ReplyFilter(out, MARKER, code -> "-NOPERM <" + code + ">");
        byte[] buffer = new byte[1000];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            filter.take(buffer, n);
        }
        filter.end();
        return out.toString(ISO_8859_1);
    }

    private static String filtered(String replies) throws IOException {
        return filtered(Pieces.cutAfter(replies.getBytes(ISO_8859_1), 0));
    }

    @Test
    void passesRepliesAsTheyAreAndReplacesThoseToTheMarkerHoweverTheyAreCut() throws IOException {
        String all = UNKNOWN + REPLIES + UNKNOWN + UNKNOWN + "+OK\r\n";
        String expected = "-NOPERM <noperm:keys>\r\n" + REPLIES + "-NOPERM <noperm:keys>\r\n".repeat(2) + "+OK\r\n";
        byte[] bytes = all.getBytes(ISO_8859_1);
        assertThat(filtered(all)).isEqualTo(expected);
        for (int cut = 1; cut < bytes.length; cut++) {
            assertThat(filtered(Pieces.cutAfter(bytes, cut))).isEqualTo(expected);
        }
        assertThat(filtered(new Pieces(bytes, at -> 1))).isEqualTo(expected);
    }

    @Test
    void whatLooksLikeTheMarkersErrorInsideAValueIsLeftAlone() throws IOException {
        String value = "$" + UNKNOWN.length() + "\r\n" + UNKNOWN + "\r\n";
        assertThat(filtered(value + "*1\r\n" + value)).isEqualTo(value + "*1\r\n" + value);
    }

    @Test
    void errorsOfOlderServersAreKnownToo() throws IOException {
        assertThat(filtered(UNKNOWN.replace('\'', '`'))).isEqualTo("-NOPERM <noperm:keys>\r\n");
        assertThat(filtered("-ERR unknown command 'relaygate-00000000000000000000000000000000:ok'\r\n")).isEqualTo("-NOPERM <ok>\r\n");
    }

    @Test
    void longErrorsAndOpenEndsAreWritten() throws IOException {
        String longError = "-ERR " + "x".repeat(2000) + "\r\n";
        assertThat(filtered(longError + "+OK\r\n-ERR no end")).isEqualTo(longError + "+OK\r\n-ERR no end");
    }

    @Test
    @Tag("fuzz")
    void garbageComesOutAsItWentIn() throws IOException {
        Random random = new Random(Mutations.seed(11));
        for (int i = 0; i < Mutations.inputs(20_000); i++) {
            byte[] bytes = REPLIES.getBytes(ISO_8859_1);
            for (int m = random.nextInt(1, 5); m > 0; m--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? "\r\n*$-!;?0123456789".charAt(random.nextInt(18)) : random.nextInt());
            }
            assertThat(filtered(new Pieces(bytes, at -> 1 + random.nextInt(20)))).isEqualTo(new String(bytes, ISO_8859_1));
        }
    }

    @Test
    void markersCarryPlainCodesOfBoundedLength() {
        assertThat(new String(MARKER.request("noperm:a'b\r\n" + "x".repeat(200)), ISO_8859_1))
                .startsWith("*1\r\n$123\r\nrelaygate-00000000000000000000000000000000:noperm:a?b??xxx")
                .hasSize(4 + 6 + 123 + 2);
    }
}
