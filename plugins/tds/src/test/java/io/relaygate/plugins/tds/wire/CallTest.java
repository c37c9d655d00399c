package io.relaygate.plugins.tds.wire;

import static io.relaygate.plugins.tds.wire.Samples.all;
import static io.relaygate.plugins.tds.wire.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.testkit.Mutations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CallTest {

    private static final byte[] HEADERS = hex("16000000 12000000 0200 0000000000000000 01000000");

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    /** A parameter without a name, as Microsoft's driver sends them. */
    private static byte[] nvarchar(String value) {
        byte[] bytes = text(value);
        return all(hex("00 00 e7 401f 0904d00034"), new byte[] {(byte) bytes.length, (byte) (bytes.length >> 8)}, bytes);
    }

    private static final byte[] EXECUTESQL = all(hex("ffff 0a00 0000"), nvarchar("select @P0"), nvarchar("@P0 int"), hex("00 00 26 04 04 01000000"));
    private static final byte[] PREPEXEC = all(hex("ffff 0d00 0000"), hex("00 01 26 04 00"), nvarchar("@P0 int"), nvarchar("delete t"));
    private static final byte[] NAMED = all(hex("0a00"), text("sp_columns"), hex("0000"), nvarchar("t"));

    private static List<Call> calls(byte[]... parts) throws MalformedException {
        return Call.all(ByteBuffer.wrap(all(parts)), true);
    }

    @Test
    void statementsOfABatchAreReadInEveryVersion() throws MalformedException {
        assertThat(Call.batch(ByteBuffer.wrap(all(HEADERS, text("select 1"))), true)).isEqualTo(new Call("", "select 1"));
        assertThat(Call.batch(ByteBuffer.wrap(text("select 1")), false)).isEqualTo(new Call("", "select 1"));
        for (String bad : List.of("", "000000", "03000000", "ffffffff", "05000000")) {
            assertThatExceptionOfType(MalformedException.class).as(bad).isThrownBy(() -> Call.batch(ByteBuffer.wrap(hex(bad)), true));
        }
    }

    @Test
    void statementsOfCallsAreReadWhereTheirProceduresHaveThem() throws MalformedException {
        assertThat(calls(HEADERS, EXECUTESQL)).containsExactly(new Call("sp_executesql", "select @P0"));
        assertThat(calls(HEADERS, PREPEXEC)).containsExactly(new Call("sp_prepexec", "delete t"));
        assertThat(calls(HEADERS, NAMED)).containsExactly(new Call("sp_columns", null));
        assertThat(calls(HEADERS, EXECUTESQL, hex("ff"), PREPEXEC, hex("ff"), NAMED)).extracting(Call::procedure)
                .containsExactly("sp_executesql", "sp_prepexec", "sp_columns");
        for (String name : List.of("[sys].[sp_executesql]", "master..sp_executesql", "SP_EXECUTESQL", "master.dbo.sp_executesql")) {
            byte[] called = all(new byte[] {(byte) name.length(), 0}, text(name), hex("0000"), nvarchar("drop t"));
            assertThat(calls(HEADERS, called)).as(name).containsExactly(new Call("sp_executesql", "drop t"));
        }
    }

    @Test
    void parametersOfEveryKnownTypeArePassedOver() throws MalformedException {
        for (String parameter : List.of("1f", "30 01", "34 0100", "38 01000000", "3e 0000000000000000", "28 03 010203", "28 00", "26 08 08 0000000000000000",
                "29 07 05 0102030405", "6c 11 26 02 05 0196000000", "a5 401f 0300 010203", "a5 401f ffff", "a5 ffff feffffffffffffff 02000000 0102 00000000",
                "a5 ffff ffffffffffffffff", "a7 401f 0904d00034 0100 41", "63 ffffff7f 0904d00034 02000000 4100", "63 ffffff7f 0904d00034 ffffffff",
                "22 ffffff7f 01000000 01", "62 491f0000 00000000", "f1 00 feffffffffffffff 00000000", "24 10 00")) {
            assertThat(calls(HEADERS, hex("ffff 0c00 0000 00 00 " + parameter), nvarchar("x"))).as(parameter).containsExactly(new Call("sp_execute", null));
        }
        for (String parameter : List.of("f0", "f3", "f1 01", "99", "e7 401f 0904d00034 0500 4100", "a5 ffff feffffffffffffff ffffffff")) {
            assertThatExceptionOfType(MalformedException.class).as(parameter).isThrownBy(() -> calls(HEADERS, hex("ffff 0c00 0000 00 00 " + parameter)));
        }
    }

    @Test
    void aLongStatementComesInChunks() throws MalformedException {
        byte[] chunks = all(hex("ffff 0a00 0000 00 00 e7 ffff 0904d00034 feffffffffffffff 08000000"), text("sele"), hex("08000000"), text("ct 1"), hex("00000000"));
        assertThat(calls(HEADERS, chunks)).containsExactly(new Call("sp_executesql", "select 1"));
    }

    @Test
    @Tag("fuzz")
    void mutatedCallsAreReadOrRefused() {
        Mutations.of(all(HEADERS, EXECUTESQL, hex("ff"), PREPEXEC, hex("ff"), NAMED), MalformedException.class,
                bytes -> Call.all(ByteBuffer.wrap(bytes), true).forEach(call -> SqlText.of(String.valueOf(call.statement())).masked()));
    }

    /** Masked text is what goes into the audit: of whatever was said, no letter of a literal. */
    @Test
    @Tag("fuzz")
    void mutatedStatementsAreReadAndTheirLiteralsMasked() {
        byte[] sample = "select 'it''s', \"a\", [b]]c], 0x1f, -1.5e+3, N'x' -- c\n from /* d /* e */ */ t where PASSWORD = 'p'".getBytes(StandardCharsets.ISO_8859_1);
        Mutations.of(sample, MalformedException.class, bytes -> {
            SqlText text = SqlText.of(new String(bytes, StandardCharsets.ISO_8859_1));
            assertThat(SqlText.of(text.masked()).masked()).isEqualTo(text.masked());
            text.words();
        });
    }

    @Test
    void wordsAreWhatTheServerTakesForWords() {
        assertThat(SqlText.of("select 'insert' , \"delete\", [update], @drop, N'exec' -- merge\n from /* alter /* create */ drop */ t").words())
                .containsExactly("SELECT", "FROM", "T");
        assertThat(SqlText.of("select 1delete from t").words()).containsExactly("SELECT", "DELETE", "FROM", "T");
        assertThat(SqlText.of("select $1delete, 0x1fdrop, .5drop, 1.5e+3drop").words()).containsExactly("SELECT", "DELETE", "ROP", "DROP", "DROP");
        assertThat(SqlText.of("select 'it''s' 'x'").words()).containsExactly("SELECT");
        assertThat(SqlText.of("sElEcT a$insert, x_delete").words()).containsExactly("SELECT", "A$INSERT", "X_DELETE");
        for (String cut : List.of("select 'x", "select [x", "/* x", "select \"x''", "/* /* */")) {
            assertThat(SqlText.of(cut).isWhole()).as(cut).isFalse();
        }
    }

    @Test
    void literalsAndCommentsAreNotShown() {
        assertThat(SqlText.of("select  * from t\n where a = 'x' and b=N'y' and c = 12.5e3 and d = 0xFF -- pw").masked())
                .isEqualTo("select * from t where a = ? and b=? and c = ? and d = ?");
        assertThat(SqlText.of("alter login x with password = 'Geheim'").masked()).isEqualTo("alter login x with password = ?");
        assertThat(SqlText.of("select 'never ends").masked()).isEqualTo("select ?");
        assertThat(SqlText.masked("select 'secret', name from t", 9)).isEqualTo("select ?,");
        assertThat(SqlText.masked("select 'secret', name from t", 10)).isEqualTo("select ?, name");
    }

    @Test
    void whatAMessageComesToIsKnownWhereverItIsCut() {
        byte[] rows = all(hex("81"), new byte[3000], hex("fd 1000 c100 2a00000000000000"));
        byte[] error = all(hex("ab 0500 0102030405"), hex("aa 0a00 d0000000 01 10 00 00 00 00"), hex("fd 0200 c100 0000000000000000"));
        byte[] old = hex("aa 0a00 d0000000 01 10 00 00 00 00 fd 1200 c100 07000000");
        for (int cut = 0; cut <= rows.length; cut += 7) {
            ResultSummary summary = summary(rows, cut, true);
            assertThat(summary.rows()).as("cut at " + cut).isEqualTo(42);
            assertThat(summary.failed()).isFalse();
            assertThat(summary.error()).isZero();
        }
        for (int cut = 0; cut <= error.length; cut++) {
            assertThat(summary(error, cut, true).error()).isEqualTo(208);
            assertThat(summary(error, cut, true).failed()).isTrue();
        }
        for (int cut = 0; cut <= old.length; cut++) {
            assertThat(summary(old, cut, false).error()).isEqualTo(208);
            assertThat(summary(old, cut, false).rows()).isEqualTo(7);
        }
        assertThat(summary(hex("01"), 0, true).rows()).isZero();
    }

    private static ResultSummary summary(byte[] data, int cut, boolean from72) {
        ResultSummary summary = new ResultSummary(from72);
        summary.take(data, 0, cut);
        summary.take(data, cut, data.length - cut);
        return summary;
    }
}
