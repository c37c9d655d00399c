package io.relaygate.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.PipeLink;
import io.relaygate.relay.BridgePreamble.Asked;
import io.relaygate.relay.BridgePreamble.Reply;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class BridgePreambleTest {

    private static byte[] hex(@Nullable String text) {
        return text == null ? new byte[0] : HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(20);
    }

    @ParameterizedTest
    @CsvSource({
        "01 00 00 03 73 71 6c,    sql,  STREAM",
        "01 00 00 04 31 34 33 33, 1433, STREAM",
        "01 00 00 00,             '',   STREAM",
        "01 00 00 02 c3 a9,       é,    STREAM",
        "01 00 01 03 73 71 6c,    ,     TAKES_A_STREAM",
        "01 00 02,                ,     OTHER_VERSION",
        "01 00 ff,                ,     OTHER_VERSION",
        "01 01 00,                ,     OTHER_VERSION",
        "02 00 00,                ,     OTHER_VERSION",
        "47 45 54,                ,     OTHER_VERSION",
        "01 00 00 02 c3 28,       ,     OTHER_VERSION",
    })
    void readsTheSameAtEveryCutAndNotAByteMore(String bytes, @Nullable String name, Reply reply) throws IOException {
        byte[] preamble = hex(bytes);
        for (int cut = 0; cut <= preamble.length; cut++) {
            InputStream in = new SequenceInputStream(
                    new ByteArrayInputStream(preamble, 0, cut),
                    new SequenceInputStream(new ByteArrayInputStream(preamble, cut, preamble.length - cut), new ByteArrayInputStream(new byte[] {'X'})));
            assertThat(BridgePreamble.read(in)).isEqualTo(new Asked(name, reply));
            assertThat(in.read()).isEqualTo('X');
            InputStream less = new ByteArrayInputStream(preamble, 0, cut);
            if (cut < preamble.length) {
                assertThatThrownBy(() -> BridgePreamble.read(less)).isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void makesOfAnyBytesAPreambleOrARefusalOrAnEnd() {
        Random random = new Random(7);
        byte[] good = ("\1\0\0\12" + "a-service-x").getBytes(US_ASCII);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 300));
            for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            try {
                Asked asked = BridgePreamble.read(in);
                assertThat(asked.name() == null).isEqualTo(asked.reply() != Reply.STREAM);
                assertThat(bytes.length - in.available()).isLessThanOrEqualTo(4 + 255);
            } catch (EOFException tooShort) {
                assertThat(in.available()).isZero();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void asksAndIsAnswered() throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        BridgePreamble.answer(pair.b(), Reply.STREAM);
        pair.b().out().write('X');
        BridgePreamble.ask(pair.a(), "sql", soon());
        assertThat(pair.a().in().read()).isEqualTo('X');
        pair.a().close();
        assertThat(pair.b().in().readAllBytes()).isEqualTo(hex("01 00 00 03 73 71 6c"));
        pair.b().close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "00 00 00 | NOT_ALLOWED | another version",
        "00 00 01 | NOT_ALLOWED | takes UDP only",
        "00 00 ff | NOT_ALLOWED | takes a stream",
        "01 00 01 | MALFORMED   | is none of azbridge's",
        "48 54 54 | MALFORMED   | is none of azbridge's",
        "         | NOT_FOUND   | knows no logical port 'sql'",
        "01 00    | NOT_FOUND   | knows no logical port 'sql'",
    })
    void saysWhyItIsNotConnected(@Nullable String answer, Reason reason, String words) throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        byte[] bytes = hex(answer);
        pair.b().write(bytes, 0, bytes.length);
        pair.b().finish();
        assertThatThrownBy(() -> BridgePreamble.ask(pair.a(), "sql", soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
        pair.a().close();
        pair.b().close();
    }

    @Test
    void doesNotWaitForEver() {
        PipeLink.Pair pair = PipeLink.pair();
        assertThatThrownBy(() -> BridgePreamble.ask(pair.a(), "sql", Instant.now().plusMillis(20)))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SITE))
                .hasMessageContaining("in time");
        pair.a().abort();
    }

    @Test
    void asksForNoNameThatDoesNotFit() throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        assertThatIllegalArgumentException().isThrownBy(() -> BridgePreamble.ask(pair.a(), "é".repeat(128), soon()));
        BridgePreamble.answer(pair.b(), Reply.STREAM);
        String longest = "é".repeat(127) + "e";
        BridgePreamble.ask(pair.a(), longest, soon());
        assertThat(BridgePreamble.read(pair.b().in()).name()).isEqualTo(longest);
        assertThat(longest.getBytes(UTF_8)).hasSize(255);
        pair.a().close();
        pair.b().close();
    }
}
