package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.tunnel.CarrierRecord.Hello;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

/** Records are found in the bytes of a carrier however these are cut, and what is no record is refused. */
@Timeout(60)
class RecordReaderTest {

    private static final Identity SITE = new Identity("site-1.example_a", some(Identity.BOOT, 1));

    private static Bits some(int length, int first) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + 7 * i);
        }
        return new Bits(bytes);
    }

    static List<CarrierRecord> everyRecord() {
        return List.of(
                new Hello(new Versions(1, 65_535), SITE, some(CarrierRecord.NONCE, 2), 32 * 1024),
                new CarrierRecord.Create(
                        new Versions(2, 3), 2, SITE, some(CarrierRecord.SECRET, 3), Integer.MAX_VALUE),
                new CarrierRecord.Created(Long.MAX_VALUE),
                new CarrierRecord.Attach(
                        Versions.OURS,
                        1,
                        SITE.boot(),
                        5,
                        6,
                        1L << 50,
                        some(CarrierRecord.NONCE, 7),
                        some(CarrierRecord.PROOF, 8)),
                new CarrierRecord.Attached(9, 1L << 33, some(CarrierRecord.PROOF, 10)),
                new CarrierRecord.Gone(11, "no such lane: gjøre, 終"),
                new CarrierRecord.Ack(0x0102030405060708L),
                new CarrierRecord.Ping(-1),
                new CarrierRecord.Pong(Long.MIN_VALUE),
                new CarrierRecord.Reset(LaneEnd.PEER_LOST, ""),
                new CarrierRecord.End());
    }

    /** Notes what is found; bytes that follow each other as one text. */
    private static final class Found implements RecordReader.Sink {

        private final List<Object> all = new ArrayList<>();
        private int dataBytes;
        private int skipped;

        @Override
        public void record(CarrierRecord record) {
            all.add(record);
        }

        @Override
        public void skipped() {
            skipped++;
        }

        @Override
        public void data(byte[] bytes, int offset, int length) {
            assertThat(length).isPositive();
            dataBytes += length;
            String hex = HexFormat.of().formatHex(bytes, offset, offset + length);
            if (!all.isEmpty() && all.getLast() instanceof String before) {
                all.set(all.size() - 1, before + hex);
            } else {
                all.add(hex);
            }
        }
    }

    private static List<Object> read(byte[] bytes) throws ProtocolException {
        Found found = new Found();
        new RecordReader().feed(bytes, 0, bytes.length, found);
        return found.all;
    }

    private static byte[] record(int type, int length, byte... body) {
        byte[] bytes = Arrays.copyOf(
                new byte[] {(byte) type, (byte) (length >> 16), (byte) (length >> 8), (byte) length}, 4 + body.length);
        System.arraycopy(body, 0, bytes, 4, body.length);
        return bytes;
    }

    private static void refused(byte[] bytes, String message) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(bytes)).withMessage(message);
    }

    /** Every record, data between them, and types that may be skipped. */
    private static byte[] recorded() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int n = 0;
        for (CarrierRecord record : everyRecord()) {
            all.writeBytes(record.encode());
            byte[] data = some(1 + 3 * n, n).bytes();
            all.writeBytes(CarrierRecord.dataHead(data.length));
            all.writeBytes(data);
            all.writeBytes(record(CarrierRecord.OPTIONAL + n, n, new byte[n]));
            n++;
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void everyRecordIsReadAsItWasWritten(CarrierRecord record) throws Exception {
        assertThat(read(record.encode())).containsExactly(record);
    }

    @Test
    void sameRecordsAreFoundAtEveryCut() throws Exception {
        byte[] bytes = recorded();
        List<Object> whole = read(bytes);
        assertThat(whole.stream().filter(CarrierRecord.class::isInstance)).hasSameElementsAs(everyRecord());
        for (int cut = 0; cut <= bytes.length; cut++) {
            Found found = new Found();
            RecordReader reader = new RecordReader();
            reader.feed(bytes, 0, cut, found);
            reader.feed(bytes, cut, bytes.length - cut, found);
            assertThat(found.all).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void sameRecordsAreFoundByteByByte() throws Exception {
        byte[] bytes = recorded();
        Found found = new Found();
        RecordReader reader = new RecordReader();
        for (int i = 0; i < bytes.length; i++) {
            reader.feed(bytes, i, 1, found);
        }
        assertThat(found.all).isEqualTo(read(bytes));
    }

    @Test
    void mutantsAreReadOrRefused() {
        Random random = new Random(11);
        byte[] recorded = recorded();
        int refused = 0;
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = Arrays.copyOf(recorded, 1 + random.nextInt(recorded.length));
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Found found = new Found();
            RecordReader reader = new RecordReader();
            try {
                for (int at = 0; at < bytes.length; ) {
                    int n = Math.min(bytes.length - at, 1 + random.nextInt(300));
                    reader.feed(bytes, at, n, found);
                    at += n;
                }
            } catch (ProtocolException e) {
                assertThat(e).hasMessageMatching("(a|an|unknown|malformed) [ -~]{5,60}");
                refused++;
            }
            assertThat(found.dataBytes).isLessThanOrEqualTo(bytes.length);
            assertThat(found.all).hasSizeLessThanOrEqualTo(bytes.length / CarrierRecord.HEAD);
        }
        assertThat(refused).isBetween(500, 4900);
    }

    @Test
    void recordThatIsTooLongIsRefusedBeforeItsBody() throws Exception {
        refused(record(CarrierRecord.ACK, 4097), "a record of type 17 with 4097 bytes");
        refused(record(CarrierRecord.OPTIONAL, 4097), "a record of type 128 with 4097 bytes");
        refused(record(CarrierRecord.HELLO, 0xffffff), "a record of type 1 with 16777215 bytes");
        refused(record(CarrierRecord.DATA, 131_073), "a record of type 16 with 131073 bytes");
        assertThat(read(record(CarrierRecord.DATA, 131_072, new byte[131_072]))).hasSize(1);
    }

    @Test
    void emptyDataIsRefused() {
        refused(record(CarrierRecord.DATA, 0), "an empty record of data");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 15, 22, 127})
    void unknownTypeIsRefused(int type) {
        refused(record(type, 0), "unknown record type " + type);
        refused(record(type, 3, new byte[3]), "unknown record type " + type);
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 200, 255})
    void unknownTypeThatIsOptionalIsSkipped(int type) throws Exception {
        Found found = new Found();
        RecordReader reader = new RecordReader();
        reader.feed(record(type, 0), 0, 4, found);
        reader.feed(record(type, 4096, new byte[4096]), 0, 4100, found);
        assertThat(found.all).isEmpty();
        assertThat(found.skipped).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void bodyThatIsCutOffIsRefused(CarrierRecord record) {
        byte[] whole = record.encode();
        byte[] body = Arrays.copyOfRange(whole, CarrierRecord.HEAD, whole.length);
        for (int length = 0; length < body.length; length++) {
            refused(record(whole[0], length, Arrays.copyOf(body, length)), "malformed record of type " + whole[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("everyRecord")
    void bytesBehindTheLastFieldAreSkipped(CarrierRecord record) throws Exception {
        byte[] whole = record.encode();
        byte[] longer = Arrays.copyOfRange(whole, CarrierRecord.HEAD, whole.length + 5);
        assertThat(read(record(whole[0], longer.length, longer))).containsExactly(record);
    }

    @Test
    void textThatIsLongerThanItsRecordIsRefused() {
        byte[] body = new byte[12];
        body[8] = (byte) 0xff;
        body[9] = (byte) 0xff;
        refused(record(CarrierRecord.GONE, body.length, body), "malformed record of type 6");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 127, 255})
    void endThatALaterVersionKnowsCountsAsBroken(int code) throws Exception {
        assertThat(read(record(CarrierRecord.RESET, 3, (byte) code, (byte) 0, (byte) 0)))
                .containsExactly(new CarrierRecord.Reset(LaneEnd.BROKEN, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {CarrierRecord.CREATED, CarrierRecord.ATTACHED, CarrierRecord.GONE, CarrierRecord.ACK})
    void countThatIsTooLargeIsRefused(int type) {
        byte[] body = new byte[60];
        Arrays.fill(body, 0, 8, (byte) 0xff);
        refused(record(type, body.length, body), "malformed record of type " + type);
    }

    @Test
    void windowThatIsTooLargeIsRefused() {
        byte[] hello = everyRecord().getFirst().encode();
        hello[hello.length - 4] = (byte) 0x80;
        refused(hello, "malformed record of type 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000001", "00020001", "00000000"})
    void rangeOfVersionsThatIsNoneIsRefused(String range) {
        byte[] hello = everyRecord().getFirst().encode();
        System.arraycopy(HexFormat.of().parseHex(range), 0, hello, CarrierRecord.HEAD, 4);
        refused(hello, "malformed record of type 1");
    }

    @Test
    void instanceWithOtherCharactersIsRefused() {
        byte[] hello = everyRecord().getFirst().encode();
        hello[CarrierRecord.HEAD + 6] = '\n';
        refused(hello, "malformed record of type 1");
    }

    @Test
    void textIsCutAfter512Bytes() throws Exception {
        assertThat(read(new CarrierRecord.Gone(1, "x".repeat(2000)).encode()))
                .containsExactly(new CarrierRecord.Gone(1, "x".repeat(512)));
    }

    @Test
    void textIsUtf8() {
        byte[] gone = new CarrierRecord.Gone(0, "ø").encode();
        assertThat(new String(gone, 4 + 8 + 2, 2, StandardCharsets.UTF_8)).isEqualTo("ø");
    }
}
