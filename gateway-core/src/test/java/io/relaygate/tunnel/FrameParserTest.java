package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are found in the numbered stream however it is cut, and what is no frame is refused. */
@Timeout(60)
class FrameParserTest {

    private static final Open WHAT = new Open("0123456789abcdef".repeat(2), "sql", "in", "192.0.2.1:5");

    /** A frame of any type but DATA. */
    record Whole(int type, long session, String body) {

        byte[] encode() {
            byte[] bytes = HexFormat.of().parseHex(body);
            return join(Frame.head(type, bytes.length, session), bytes);
        }
    }

    private static Whole whole(int type, long session, byte[] body) {
        return new Whole(type, session, HexFormat.of().formatHex(body));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static List<Whole> everyFrame() {
        return List.of(
                whole(Frame.OPEN, 1, WHAT.encode(Mux.FIRST_WINDOW)),
                whole(Frame.ACCEPTED, 1, new byte[0]),
                whole(Frame.REFUSED, 2, new Body().text("BUSY").text("full").alone()),
                whole(Frame.CREDIT, Long.MAX_VALUE, new Body().number(8, 1L << 40).alone()),
                whole(Frame.FINISH, 1, new byte[0]),
                whole(Frame.RESET, 3, new Body().text("gjøre").alone()),
                whole(Frame.GOAWAY, 0, new byte[0]),
                whole(Frame.OPTIONAL, 9, new byte[7]),
                whole(255, -1, new byte[0]));
    }

    /** Notes what is found; bytes of one session that follow each other as one text. */
    private static final class Found implements FrameParser.Sink {

        private final List<Object> all = new ArrayList<>();
        private int dataBytes;
        private long last = Long.MIN_VALUE;

        @Override
        public void frame(int type, long session, ByteBuffer body) {
            byte[] bytes = new byte[body.remaining()];
            body.get(bytes);
            all.add(whole(type, session, bytes));
            last = Long.MIN_VALUE;
        }

        @Override
        public void data(long session, byte[] bytes, int offset, int length) {
            assertThat(length).isPositive();
            dataBytes += length;
            String hex = HexFormat.of().formatHex(bytes, offset, offset + length);
            if (last == session) {
                all.set(all.size() - 1, all.getLast() + hex);
            } else {
                all.add("session " + session + ": " + hex);
            }
            last = session;
        }
    }

    private static List<Object> parse(byte[] bytes) throws ProtocolException {
        Found found = new Found();
        new FrameParser().feed(bytes, 0, bytes.length, found);
        return found.all;
    }

    private static byte[] recorded() {
        byte[] all = {};
        int n = 1;
        for (Whole frame : everyFrame()) {
            byte[] data = new byte[5 * n];
            Arrays.fill(data, (byte) n);
            all = join(all, frame.encode(), Frame.head(Frame.DATA, data.length, n), data);
            n++;
        }
        return all;
    }

    private static void refused(byte[] bytes, String message) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> parse(bytes)).withMessage(message);
    }

    @ParameterizedTest
    @MethodSource("everyFrame")
    void everyFrameIsFoundAsItWasWritten(Whole frame) throws Exception {
        assertThat(parse(frame.encode())).containsExactly(frame);
    }

    @Test
    void openIsReadAsItWasWritten() throws Exception {
        ByteBuffer body = ByteBuffer.wrap(WHAT.encode(Mux.FIRST_WINDOW));
        assertThat(body.getInt()).isEqualTo(Mux.FIRST_WINDOW);
        assertThat(Open.decode(body)).isEqualTo(WHAT);
        assertThat(body.remaining()).isZero();
    }

    @Test
    void openThatIsCutOffIsRefused() {
        byte[] body = WHAT.encode(Mux.FIRST_WINDOW);
        for (int length = Integer.BYTES; length < body.length; length++) {
            ByteBuffer shorter = ByteBuffer.wrap(body, Integer.BYTES, length - Integer.BYTES);
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> Open.decode(shorter))
                    .withMessage("malformed OPEN");
        }
    }

    @Test
    void openWithTextThatIsLongerThanItsFrameIsRefused() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Open.decode(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3})))
                .withMessage("malformed OPEN");
    }

    @Test
    void sameFramesAreFoundAtEveryCut() throws Exception {
        byte[] bytes = recorded();
        List<Object> whole = parse(bytes);
        assertThat(whole).hasSize(2 * everyFrame().size());
        for (int cut = 0; cut <= bytes.length; cut++) {
            Found found = new Found();
            FrameParser parser = new FrameParser();
            parser.feed(bytes, 0, cut, found);
            parser.feed(bytes, cut, bytes.length - cut, found);
            assertThat(found.all).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void sameFramesAreFoundByteByByte() throws Exception {
        byte[] bytes = recorded();
        Found found = new Found();
        FrameParser parser = new FrameParser();
        for (int i = 0; i < bytes.length; i++) {
            parser.feed(bytes, i, 1, found);
        }
        assertThat(found.all).isEqualTo(parse(bytes));
    }

    @Test
    void mutantsAreParsedOrRefused() {
        Random random = new Random(12);
        byte[] recorded = recorded();
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = Arrays.copyOf(recorded, 1 + random.nextInt(recorded.length));
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Found found = new Found();
            FrameParser parser = new FrameParser();
            try {
                for (int at = 0; at < bytes.length; ) {
                    int n = Math.min(bytes.length - at, 1 + random.nextInt(300));
                    parser.feed(bytes, at, n, found);
                    at += n;
                }
            } catch (ProtocolException e) {
                assertThat(e).hasMessageMatching("(a|an) (empty )?frame of [ -~]{4,40}");
                refused++;
            }
            assertThat(found.dataBytes).isLessThanOrEqualTo(bytes.length);
            assertThat(found.all).hasSizeLessThanOrEqualTo(bytes.length / Frame.HEAD);
        }
        assertThat(refused).isBetween(100, 4900);
    }

    @Test
    void frameThatIsTooLongIsRefusedBeforeItsBody() throws Exception {
        refused(Frame.head(Frame.OPEN, 16_385, 1), "a frame of type 1 with 16385 bytes");
        refused(Frame.head(Frame.OPTIONAL, 16_385, 1), "a frame of type 128 with 16385 bytes");
        refused(Frame.head(Frame.RESET, 0xffffff, 1), "a frame of type 7 with 16777215 bytes");
        refused(Frame.head(Frame.DATA, 65_537, 1), "a frame of type 4 with 65537 bytes");
        assertThat(parse(join(Frame.head(Frame.DATA, 65_536, 1), new byte[65_536]))).hasSize(1);
    }

    @Test
    void emptyDataIsRefused() {
        refused(Frame.head(Frame.DATA, 0, 1), "an empty frame of data");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 127, 128, 255})
    void unknownTypesAreForTheMuxToJudge(int type) throws Exception {
        assertThat(parse(Frame.head(type, 0, 1))).containsExactly(new Whole(type, 1, ""));
    }
}
