package io.relaygate.plugins.tds.wire;

import static io.relaygate.plugins.tds.wire.Samples.LOGIN;
import static io.relaygate.plugins.tds.wire.Samples.PRELOGIN;
import static io.relaygate.plugins.tds.wire.Samples.accepted;
import static io.relaygate.plugins.tds.wire.Samples.all;
import static io.relaygate.plugins.tds.wire.Samples.hex;
import static io.relaygate.plugins.tds.wire.Samples.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.sdk.testkit.Mutations;
import io.relaygate.sdk.testkit.Pieces;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class WireTest {

    private static Message message(byte[] bytes) throws IOException {
        return Objects.requireNonNull(Message.read(Pieces.whole(bytes), Message.LARGEST_LOGIN));
    }

    private static void malformed(String words, int most, byte... bytes) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Message.read(Pieces.whole(bytes), most)).withMessageContaining(words);
    }

    @Test
    void aMessageOfSeveralPacketsIsOneWhereverItIsCut() throws IOException {
        byte[] data = new byte[300];
        new Random(1).nextBytes(data);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Message whole = new Message(PacketHeader.LOGIN, 51, ByteBuffer.wrap(data));
        whole.write(out, 100);
        byte[] bytes = out.toByteArray();
        assertThat(bytes).hasSize(300 + 4 * 8);
        for (int cut = 0; cut < bytes.length; cut++) {
            assertThat(Message.read(Pieces.cutAfter(bytes, cut), 300)).isEqualTo(whole);
            byte[] part = Arrays.copyOf(bytes, cut);
            if (cut == 0) {
                assertThat(Message.read(Pieces.whole(part), 300)).isNull();
            } else {
                assertThatExceptionOfType(EOFException.class).as("cut at %d", cut).isThrownBy(() -> Message.read(Pieces.whole(part), 300));
            }
        }
        ByteArrayInputStream followed = new ByteArrayInputStream(all(bytes, new byte[] {9}));
        assertThat(Message.read(followed, 300)).isEqualTo(whole);
        assertThat(followed.read()).as("what follows is left").isEqualTo(9);
        assertThat(new Message(PacketHeader.SSPI, new byte[0]).encode()).isEqualTo(hex("11 01 00 08 0000 01 00"));
    }

    @Test
    void packetsThatCannotBeAreRefused() {
        for (int length = 0; length < 8; length++) {
            malformed("a packet of " + length + " bytes", 100, hex("1201000" + length + "00000000"));
        }
        malformed("a packet of 32768 bytes", 100_000, hex("1201800000000000"));
        malformed("more than 10 bytes", 10, all(hex("1201001300000000"), new byte[11]));
        malformed("more than 10 bytes", 10, all(hex("1200001000000000"), new byte[8], hex("1201000b00000000"), new byte[3]));
        malformed("type 16 in a message of type 18", 100, hex("1200000900000000 00 1001000900000000 00"));
        malformed("does not end its message", 100, hex("1200000800000000"));
    }

    @Test
    void aPreloginIsReadAndWrittenAsItCame() throws IOException {
        Prelogin read = Prelogin.parse(message(PRELOGIN).data());
        assertThat(read.encryption()).isEqualTo(Encryption.ON);
        assertThat(read.says(Prelogin.MARS)).isTrue();
        assertThat(read.has(Prelogin.FEDERATED)).isFalse();
        assertThat(new Message(PacketHeader.PRELOGIN, read.encode()).encode()).isEqualTo(PRELOGIN);
        Prelogin changed = read.with(Encryption.REQUIRED).with(0x77, (byte) 1, (byte) 2);
        assertThat(Prelogin.parse(ByteBuffer.wrap(changed.encode()))).isEqualTo(changed).isNotEqualTo(read);
        assertThat(changed.encryption().all()).isTrue();
        assertThat(Prelogin.of(16, 0, 1000).encryption()).isEqualTo(Encryption.NOT_SUPPORTED);
    }

    @Test
    void whatAClientCallsItsConnectionIsReadAsItsDriverShowsIt() {
        byte[] guid = hex("33221100 5544 7766 8899 aabbccddeeff");
        assertThat(Prelogin.of(9, 0, 0).with(Prelogin.TRACE, all(guid, new byte[20])).trace()).isEqualTo("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(Prelogin.of(9, 0, 0).trace()).isEmpty();
    }

    private static void badPrelogin(String words, String digits) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Prelogin.parse(ByteBuffer.wrap(hex(digits))))
                .withMessageContaining(words);
    }

    @Test
    void preloginsThatCannotBeAreRefused() {
        badPrelogin("without an end", "");
        badPrelogin("without an end", "00 0005 0000");
        badPrelogin("cannot be read", "00 0005");
        badPrelogin("option 0 outside", "00 0006 0007 ff 090000000000");
        badPrelogin("option 1 twice", "00 0010 0006 01 0010 0001 01 0010 0001 ff 090000000000");
        badPrelogin("begin with a version", "01 0006 0001 ff 00");
        badPrelogin("begin with a version", "ff");
        badPrelogin("begin with a version", "01 000b 0001 00 000b 0006 ff 090000000000");
        badPrelogin("begin with a version", "00 0006 0005 ff 0900000000");
    }

    @Test
    void aLoginIsReadAndWrittenAsItCame() throws IOException {
        Login7 login = login();
        assertThat(login.text(Part.HOST)).isEqualTo("skostov1");
        assertThat(login.text(Part.USER)).isEqualTo("sa");
        assertThat(login.text(Part.APPLICATION)).isEqualTo("OSQL-32");
        assertThat(login.text(Part.LIBRARY)).isEqualTo("ODBC");
        assertThat(login.text(Part.DATABASE)).isEmpty();
        assertThat(login.packetSize()).isEqualTo(4096);
        assertThat(TdsVersion.text(login.version())).isEqualTo("7.2");
        assertThat(login.integrated()).isFalse();
        assertThat(login.readOnly()).isFalse();
        assertThat(login.changesPassword()).isFalse();
        assertThat(new Message(PacketHeader.LOGIN, login.encode()).encode()).isEqualTo(LOGIN);
    }

    @Test
    void aLoginIsMadeAnothers() throws IOException {
        Feature unknown = new Feature(0x42, ByteBuffer.wrap(hex("010203")));
        Feature token = new Feature(Feature.FEDERATED, ByteBuffer.wrap(hex("03")));
        Login7 login = login().withFeatures(List.of(unknown, token)).withVersion(TdsVersion.V7_4).withPacketSize(16383).with(Part.DATABASE, "Orders");
        Login7 read = Login7.parse(ByteBuffer.wrap(login.encode()));
        assertThat(read).isEqualTo(login);
        assertThat(read.features()).containsExactly(unknown, token);
        Login7 other = Login7.parse(ByteBuffer.wrap(read.as("app", "pässwörd".toCharArray()).encode()));
        assertThat(other.text(Part.USER)).isEqualTo("app");
        assertThat(other.password()).containsExactly("pässwörd".toCharArray());
        assertThat(other.features()).containsExactly(unknown);
        assertThat(other.text(Part.DATABASE)).isEqualTo("Orders");
        assertThat(other.packetSize()).isEqualTo(16383);
        assertThat(other.toString()).doesNotContain("pässwörd");
        assertThat(Login7.parse(ByteBuffer.wrap(other.withFeatures(List.of()).encode())).features()).isEmpty();
    }

    @Test
    void aPasswordIsHiddenAsTheSpecificationSays() throws IOException {
        // "a" is 61 00: 16 00 with half bytes swapped, B3 A5 then.
        byte[] bytes = login().as("sa", new char[] {'a'}).encode();
        assertThat(HexFormat.of().formatHex(bytes)).contains("b3a5");
    }

    /** What is sent on is what a driver has sent, with no more than the places of its parts changed. */
    @Test
    void whatDriversSayIsReadAndWrittenAlike() throws IOException {
        for (String line : captures()) {
            String[] words = line.split(" ", 3);
            ByteBuffer data = ByteBuffer.wrap(hex(words[2]));
            if (words[1].equals(Integer.toString(PacketHeader.PRELOGIN))) {
                assertThat(Prelogin.parse(data).encode()).as(words[0]).isEqualTo(data.array());
            } else {
                Login7 login = Login7.parse(data);
                assertThat(login.text(Part.USER)).as(words[0]).isEqualTo("app");
                assertThat(new String(login.password())).as(words[0]).isEqualTo("secret");
                assertThat(login.text(Part.DATABASE)).as(words[0]).isEqualTo("Orders");
                assertThat(login.readOnly()).as(words[0]).isEqualTo(words[0].startsWith("mssql-jdbc"));
                int header = TdsVersion.isFrom72(login.version()) ? 94 : 86;
                assertThat(ByteBuffer.wrap(login.encode()).position(header)).as(words[0]).isEqualTo(data.position(header));
                Login7 again = Login7.parse(ByteBuffer.wrap(login.encode()));
                assertThat(again.features()).as(words[0]).isEqualTo(login.features());
                assertThat(again).as(words[0]).isEqualTo(login);
            }
        }
        assertThat(captures()).hasSize(5);
    }

    private static List<String> captures() throws IOException {
        try (InputStream in = Objects.requireNonNull(WireTest.class.getResourceAsStream("captures.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    /** jTDS: the header of 7.1 is shorter, and what would be there in a longer one is text. */
    @Test
    void aLoginOf71HasAShorterHeader() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(86 + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, bytes.limit()).putInt(4, 0x71000001).putShort(40, (short) 86).putShort(42, (short) 2).putShort(68, (short) 90).putShort(70, (short) 2);
        bytes.put(86, "saDB".getBytes(StandardCharsets.UTF_16LE));
        Login7 login = Login7.parse(bytes);
        assertThat(login.text(Part.USER)).isEqualTo("sa");
        assertThat(login.text(Part.DATABASE)).isEqualTo("DB");
        assertThat(login.changesPassword()).isFalse();
        assertThat(Login7.parse(ByteBuffer.wrap(login.encode()))).isEqualTo(login);
        assertThat(login.encode()).hasSize(94);
    }

    @Test
    void aLoginWithALongTicketKeepsIt() throws IOException {
        byte[] ticket = new byte[70_000];
        new Random(2).nextBytes(ticket);
        byte[] osql = login().encode();
        ByteBuffer bytes = ByteBuffer.allocate(osql.length + ticket.length).order(ByteOrder.LITTLE_ENDIAN).put(osql).put(ticket);
        bytes.putInt(0, bytes.limit()).put(25, (byte) 0x80).putShort(78, (short) osql.length).putShort(80, (short) -1).putInt(90, ticket.length);
        Login7 login = Login7.parse(bytes.flip());
        assertThat(login.integrated()).isTrue();
        assertThat(login.encode()).isEqualTo(bytes.array());
        Login7 other = login.as("app", "x".toCharArray());
        assertThat(other.integrated()).isFalse();
        assertThat(other.encode()).hasSize(osql.length + 2 * "app".length() + 2 - 2 * "sa".length());
    }

    private interface Change {
        void on(ByteBuffer bytes);
    }

    private static void badLogin(String words, Change change) throws IOException {
        byte[] plain = login().withFeatures(List.of(new Feature(5, ByteBuffer.allocate(2)))).withVersion(TdsVersion.V7_4).encode();
        ByteBuffer bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        change.on(bytes);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Login7.parse(bytes)).withMessageContaining(words);
    }

    @Test
    void loginsThatCannotBeAreRefused() throws IOException {
        badLogin("a login of 85 bytes", bytes -> bytes.limit(85));
        badLogin("says it has", bytes -> bytes.putInt(0, 7));
        badLogin("says it has 4294967295", bytes -> bytes.putInt(0, -1));
        badLogin("says it has", bytes -> bytes.limit(93).putInt(0, 93));
        badLogin("part USER is outside", bytes -> bytes.putShort(42, (short) 0xffff));
        badLogin("part USER is outside", bytes -> bytes.putShort(40, (short) 40));
        badLogin("part SSPI is outside", bytes -> bytes.putShort(80, (short) -1).putInt(90, Integer.MAX_VALUE));
        badLogin("part SSPI is outside", bytes -> bytes.putShort(80, (short) -1).putInt(90, -1));
        badLogin("where its features are", bytes -> bytes.putShort(58, (short) 0));
        badLogin("features are outside", bytes -> bytes.putInt(bytes.getShort(56), 5));
        badLogin("features are outside", bytes -> bytes.putInt(bytes.getShort(56), bytes.limit()));
        badLogin("longer than what carries it", bytes -> bytes.putInt(bytes.getInt(bytes.getShort(56)) + 1, -1));
        badLogin("features without an end", bytes -> bytes.put(bytes.limit() - 1, (byte) 7).limit(bytes.limit()).putInt(bytes.getShort(56), bytes.limit() - 8)
                .put(bytes.limit() - 8, (byte) 5).putInt(bytes.limit() - 7, 3));
    }

    @Test
    void aLoginWithMoreNamesThanAnybodyHasIsRefused() throws IOException {
        byte[] osql = login().encode();
        ByteBuffer bytes = ByteBuffer.allocate(40_000).order(ByteOrder.LITTLE_ENDIAN).put(osql);
        bytes.putInt(0, bytes.limit()).putShort(36, (short) 94).putShort(38, (short) 19_000);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Login7.parse(bytes.clear())).withMessageContaining("bytes of names");
    }

    @Test
    void anAnswerToALoginIsReadAndWrittenAsItCame() throws IOException {
        Message message = accepted(TdsVersion.V7_4).message();
        LoginAnswer read = LoginAnswer.parse(message, TdsVersion.V7_4);
        assertThat(read).isEqualTo(accepted(TdsVersion.V7_4));
        assertThat(read.message()).isEqualTo(message);
        assertThat(read.accepted()).isNotNull().satisfies(ack -> assertThat(ack.version()).isEqualTo(TdsVersion.V7_4));
        assertThat(message.data().getInt(indexOf(message, 0xad) + 4)).as("big-endian").isEqualTo(0x04000074);
        assertThat(read.error()).isNull();
        assertThat(read.routing()).isNull();
        assertThat(read.wantsMore()).isFalse();
        Feature federated = new Feature(Feature.FEDERATED, ByteBuffer.allocate(0));
        assertThat(read.granting(federated).tokens().get(5)).isEqualTo(new Token.Granted(List.of(new Feature(0x0a, ByteBuffer.wrap(new byte[] {1})), federated)));
        LoginAnswer bare = read.with(token -> token instanceof Token.Granted ? null : token).granting(federated);
        assertThat(bare.tokens()).hasSize(7).last().isInstanceOf(Token.Done.class);
        assertThat(bare.tokens().get(5)).isEqualTo(new Token.Granted(List.of(federated)));
    }

    private static int indexOf(Message message, int token) {
        ByteBuffer data = message.data();
        int at = 0;
        while ((data.get(at) & 0xff) != token) {
            at++;
        }
        return at;
    }

    @Test
    void aRefusalIsReadInTheLengthsOfEveryVersion() throws IOException {
        for (int version : new int[] {0x71000001, 0x72090002, TdsVersion.V7_4, TdsVersion.V8_0}) {
            LoginAnswer failure = LoginAnswer.failure(Token.Done.STATEMENT, 18456, 1, 14, "Login failed for user 'x'.", "gw", version);
            LoginAnswer read = LoginAnswer.parse(failure.message(), version);
            assertThat(read).isEqualTo(failure);
            assertThat(read.saysLoginFailed()).isTrue();
            assertThat(read.accepted()).isNull();
        }
        LoginAnswer old = LoginAnswer.failure(Token.Done.STATEMENT, 18456, 1, 14, "x", "gw", 0x71000001);
        assertThat(LoginAnswer.parse(old.message(), TdsVersion.V7_4).error()).as("a server that is older than its client").isNotNull();
    }

    @Test
    void aRedirectIsRead() throws IOException {
        for (Routing routing : List.of(new Routing("sql02\\INST", 11_024, ""), new Routing("sql03.example", 1433, "Orders"))) {
            Token.EnvChange token = LoginAnswer.parse(new LoginAnswer(1, List.of(routing.token())).message(), TdsVersion.V7_4).routing();
            assertThat(Objects.requireNonNull(token).routing()).isEqualTo(routing);
        }
        for (String bad : List.of("", "ffff", "0500 00 9905 0100", "0700 01 9905 0100 6100", "0700 00 0000 0100 6100", "0500 00 9905 0000", "0700 00 9905 ffff 6100")) {
            Token.EnvChange token = new Token.EnvChange(20, ByteBuffer.wrap(hex(bad)));
            assertThatExceptionOfType(MalformedException.class).as(bad).isThrownBy(token::routing);
        }
    }

    @Test
    void aServersNextWordIsKnown() throws IOException {
        LoginAnswer sspi = new LoginAnswer(1, List.of(new Token.Other(Token.Other.SSPI, ByteBuffer.wrap(hex("0300 4e544c")))));
        assertThat(LoginAnswer.parse(sspi.message(), TdsVersion.V7_4)).isEqualTo(sspi);
        assertThat(sspi.wantsMore()).isTrue();
        LoginAnswer federated = new LoginAnswer(1, List.of(new Token.Other(Token.Other.FEDERATED, ByteBuffer.wrap(hex("04000000 00000000")))));
        assertThat(LoginAnswer.parse(federated.message(), TdsVersion.V7_4)).isEqualTo(federated);
        assertThat(federated.wantsMore()).isTrue();
        LoginAnswer unknown = new LoginAnswer(1, List.of(new Token.Other(0x33, ByteBuffer.wrap(hex("0102030405")))));
        assertThat(LoginAnswer.parse(unknown.message(), TdsVersion.V7_4)).as("passes as it is").isEqualTo(unknown);
    }

    @Test
    void packetsAreCountedWhereverTheyAreCut() throws IOException {
        byte[] bytes = all(PRELOGIN, LOGIN, new Message(PacketHeader.ATTENTION, new byte[0]).encode());
        for (int cut = 0; cut <= bytes.length; cut++) {
            PacketCounter counter = new PacketCounter();
            counter.take(bytes, 0, cut);
            boolean between = cut == 0 || cut == PRELOGIN.length || cut == PRELOGIN.length + LOGIN.length || cut == bytes.length;
            assertThat(counter.between()).as("after " + cut).isEqualTo(between);
            counter.take(bytes, cut, bytes.length - cut);
            assertThat(counter.between()).isTrue();
        }
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> new PacketCounter().take(new byte[8], 0, 8));
    }

    private static void mutated(byte[] sample, Mutations.Reading reading) {
        Mutations.of(sample, MalformedException.class, reading);
    }

    @Test
    @Tag("fuzz")
    void mutatedBytesAreReadOrRefusedAndWhatIsReadIsWrittenAlike() throws IOException {
        mutated(PRELOGIN, bytes -> Message.read(Pieces.whole(bytes), Message.LARGEST_PRELOGIN));
        mutated(Arrays.copyOfRange(PRELOGIN, 8, PRELOGIN.length), bytes -> {
            Prelogin read = Prelogin.parse(ByteBuffer.wrap(bytes));
            assertThat(Prelogin.parse(ByteBuffer.wrap(read.encode()))).isEqualTo(read);
        });
        byte[] mutable = login().withFeatures(List.of(new Feature(5, ByteBuffer.allocate(2)), new Feature(2, ByteBuffer.allocate(9))))
                .withVersion(TdsVersion.V7_4).encode();
        mutated(mutable, bytes -> {
            Login7 read = Login7.parse(ByteBuffer.wrap(bytes));
            assertThat(read.encode().length).isLessThan(128 * 1024);
            assertThat(Login7.parse(ByteBuffer.wrap(read.encode()))).isEqualTo(read);
        });
        LoginAnswer answer = accepted(TdsVersion.V7_4);
        byte[] tokens = new byte[answer.message().data().remaining()];
        answer.message().data().get(tokens);
        mutated(tokens, bytes -> {
            LoginAnswer read = LoginAnswer.parse(new Message(PacketHeader.RESULT, 0, ByteBuffer.wrap(bytes)), TdsVersion.V7_4);
            assertThat(read.tokens().size()).isLessThanOrEqualTo(bytes.length);
            Token.EnvChange routing = read.routing();
            if (routing != null) {
                routing.routing();
            }
            assertThat(read.database()).satisfiesAnyOf(name -> assertThat(name).isNull(), name -> assertThat(name).hasSizeLessThan(256));
        });
        mutated(results(), bytes -> assertThat(summary(bytes, bytes.length)).isEqualTo(summary(bytes, bytes.length / 2)));
    }

    private static byte[] results() {
        return concatenated(
                new Token.EnvChange(Token.EnvChange.DATABASE, ByteBuffer.wrap(new TokenWriter().shortText("Läger").shortText("Orders").toBytes())),
                Token.Notice.error(208, 1, 16, "Invalid object name 't'.", "SQL01", true),
                new Token.Done(Token.Done.STATEMENT, Token.Done.FAILED | Token.Done.MORE, 0xc1, 0, true),
                new Token.EnvChange(Token.EnvChange.PACKET_SIZE, ByteBuffer.wrap(new TokenWriter().shortText("8000").shortText("4096").toBytes())),
                new Token.EnvChange(Token.EnvChange.DATABASE, ByteBuffer.wrap(new TokenWriter().shortText("Last").shortText("Läger").toBytes())),
                Token.Notice.error(50001, 1, 16, "Another.", "SQL01", true),
                new Token.Done(Token.Done.STATEMENT, Token.Done.FAILED | Token.Done.COUNTED, 0xc1, 7, true));
    }

    private static byte[] concatenated(Token... tokens) {
        TokenWriter out = new TokenWriter();
        List.of(tokens).forEach(token -> token.write(out));
        return out.toBytes();
    }

    private static List<Object> summary(byte[] bytes, int cut) {
        return summary(bytes, cut, true);
    }

    private static List<Object> summary(byte[] bytes, int cut, boolean from72) {
        ResultSummary summary = new ResultSummary(from72);
        summary.take(bytes, 0, cut);
        summary.take(bytes, cut, bytes.length - cut);
        return List.of(summary.failed(), summary.error(), summary.rows(), String.valueOf(summary.database()));
    }

    @Test
    void whatResultsComeToIsTheSameAtEveryCut() {
        byte[] results = results();
        for (int cut = 0; cut <= results.length; cut++) {
            assertThat(summary(results, cut)).as("cut at %s", cut).containsExactly(true, 208, 7L, "Last");
        }
        byte[] behindRows = Arrays.copyOf(new byte[] {(byte) 0x81}, 2000);
        assertThat(summary(all(behindRows, results), 3)).as("errors are found behind rows too, databases are not").containsExactly(true, 208, 7L, "null");
        byte[] cutOff = Arrays.copyOf(all(new byte[] {(byte) 0xab, (byte) 0xf8, 3}, new byte[1016], results), 1200);
        assertThat(summary(cutOff, 1)).as("of more than is kept nothing is guessed").containsExactly(false, 0, 0L, "null");
    }

    /** As servers answer calls: the rows are counted by the statement in it, behind which come its status and handles of statements. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsAndErrorsOfCallsAreFoundAtTheirEnds(boolean from72) {
        byte[] rows = Arrays.copyOf(new byte[] {(byte) 0x81}, 3000);
        byte[] status = {0x79, 0, 0, 0, 0};
        // Status, user type and flags.
        byte[] kind = new byte[from72 ? 7 : 5];
        byte[] unnamed = all(new byte[] {(byte) 0xac, 0, 0, 0}, kind, new byte[] {0x26, 4, 4, 1, 0, 0, 0});
        byte[] named = all(new byte[] {(byte) 0xac, 1, 0, 2, '@', 0, 'h', 0}, kind, new byte[] {0x26, 4, 4, 2, 0, 0, 0});
        byte[] inCall = concatenated(new Token.Done(Token.Done.IN_CALL, Token.Done.COUNTED | Token.Done.MORE, 0xc1, 42, from72));
        byte[] call = concatenated(new Token.Done(Token.Done.CALL, 0, 0xe0, 0, from72));
        byte[] failed = concatenated(new Token.Done(Token.Done.CALL, Token.Done.FAILED, 0xe0, 0, from72));
        byte[] errors = concatenated(Token.Notice.error(8134, 1, 16, "Divide by zero error encountered.", "SQL01", from72),
                Token.Notice.error(3621, 1, 0, "The statement has been terminated.", "SQL01", from72));
        byte[] ended = all(rows, inCall, status, unnamed, named, call);
        byte[] broken = all(rows, errors, inCall, status, failed);
        for (int cut = 0; cut <= ended.length; cut += cut < 2900 ? 97 : 1) {
            assertThat(summary(ended, cut, from72)).as("cut at %s", cut).containsExactly(false, 0, 42L, "null");
        }
        for (int cut = 0; cut <= broken.length; cut += cut < 2900 ? 97 : 1) {
            assertThat(summary(broken, cut, from72)).as("cut at %s", cut).containsExactly(true, 8134, 42L, "null");
        }
    }
}
