package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.plugins.tds.wire.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link FakeSqlServer} answers: {@code select 'where'} with its name and the database, {@code rows(N)} with N numbers,
 * {@code wide(N)} with N rows of 8,000 bytes, {@code fail(N)} with error N, {@code waitfor} with nothing until it is cancelled, what drivers ask of a table
 * before they load rows into it with the columns {@code n int, t nvarchar(50)}, {@code use} with the database that follows, rows of a bulk load with how many bytes they were, and everything else with
 * success.
 */
final class FakeAnswers {

    private static final int MOST = 512 * 1024 * 1024;
    private static final int LOAD_HEARD = 64 * 1024;
    private static final int CANCELLED = 0x20;
    private static final int WIDE = 8000;
    private static final int RETURN_STATUS = 0x79;
    private static final int CALLED = 0xe0;
    private static final Pattern COMMAND = Pattern.compile("(rows|wide|fail)\\((\\d+)\\)");
    private static final Pattern USE = Pattern.compile("use \\[?(\\w+)]?");

    /** A name and a type as it is on the wire (MS-TDS section 2.2.5.4). */
    private record Column(String name, List<Integer> type) {

        static Column text(String name) {
            return new Column(name, List.of(0xe7, 100, 0, 9, 4, 0xd0, 0, 0x34));
        }
    }

    private final FakeSqlServer server;
    private final Login7 login;
    private String database;
    private final InputStream in;
    private final OutputStream out;
    private final int packetSize;
    private final boolean from72;

    FakeAnswers(FakeSqlServer server, Login7 login, String database, InputStream in, OutputStream out, int packetSize) {
        this.server = server;
        this.login = login;
        this.database = database;
        this.in = in;
        this.out = out;
        this.packetSize = packetSize;
        this.from72 = isFrom72(login);
    }

    static boolean isFrom72(Login7 login) {
        return TdsVersion.isFrom72(login.version());
    }

    void run() throws IOException {
        for (Message asked = Message.read(in, MOST); asked != null; asked = Message.read(in, MOST)) {
            switch (asked.type()) {
                case PacketHeader.BATCH, PacketHeader.CALL -> answer(asked, text(asked, MOST));
                case PacketHeader.BULK -> {
                    server.heard(text(asked, LOAD_HEARD));
                    done(Token.Done.STATEMENT, asked.data().remaining());
                }
                case PacketHeader.TRANSACTION -> done(Token.Done.STATEMENT, -1);
                case PacketHeader.ATTENTION -> tell(new ByteArrayOutputStream(), new Token.Done(Token.Done.STATEMENT, CANCELLED, 0, 0, from72));
                default -> throw new IOException("a message of type " + asked.type());
            }
        }
    }

    /** All that may be text in it, at both places where it may begin. */
    private static String text(Message asked, int most) {
        byte[] bytes = new byte[Math.min(asked.data().remaining(), most)];
        asked.data().get(bytes);
        return new String(bytes, StandardCharsets.UTF_16LE)
                + (bytes.length == 0 ? "" : new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_16LE));
    }

    private void answer(Message asked, String text) throws IOException {
        server.heard(text);
        int kind = asked.type() == PacketHeader.CALL ? Token.Done.CALL : Token.Done.STATEMENT;
        Matcher command = COMMAND.matcher(text);
        Matcher use = USE.matcher(text);
        if (text.contains("waitfor")) {
            Message attention = Message.read(in, MOST);
            if (attention == null || attention.type() != PacketHeader.ATTENTION) {
                throw new IOException("no attention but " + attention);
            }
            tell(new ByteArrayOutputStream(), new Token.Done(kind, Token.Done.FAILED, 0, 0, from72));
            tell(new ByteArrayOutputStream(), new Token.Done(Token.Done.STATEMENT, CANCELLED, 0, 0, from72));
        } else if (text.contains("@@MAX_PRECISION")) {
            ByteArrayOutputStream rows = column(List.of(0x30));
            rows.write(0xd1);
            rows.write(38);
            tell(rows, new Token.Done(kind, Token.Done.COUNTED, 0xc1, 1, from72));
        } else if (text.contains("'where'")) {
            ByteArrayOutputStream rows = column(List.of(0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34));
            byte[] where = (server.name() + ":" + database).getBytes(StandardCharsets.UTF_16LE);
            rows.write(0xd1);
            rows.write(where.length);
            rows.write(0);
            rows.writeBytes(where);
            tell(rows, new Token.Done(kind, Token.Done.COUNTED, 0xc1, 1, from72));
        } else if (use.find()) {
            String before = database;
            database = use.group(1);
            ByteArrayOutputStream change = new ByteArrayOutputStream();
            change.writeBytes(bytes(List.of(FakeSession.change(Token.EnvChange.DATABASE, database, before))));
            tell(change, new Token.Done(kind, 0, 0, 0, from72));
        } else if (text.contains("FMTONLY")) {
            tell(columns(new Column("n", List.of(0x26, 4)), Column.text("t")), new Token.Done(kind, Token.Done.COUNTED, 0xc1, 0, from72));
        } else if (text.contains("sys.columns")) {
            ByteArrayOutputStream rows = columns(Column.text("collation_name"), new Column("is_computed", List.of(0x32)));
            rows.writeBytes(new byte[] {(byte) 0xd1, (byte) 0xff, (byte) 0xff, 0, (byte) 0xd1, (byte) 0xff, (byte) 0xff, 0});
            tell(rows, new Token.Done(kind, Token.Done.COUNTED, 0xc1, 2, from72));
        } else if (command.find()) {
            int number = Integer.parseInt(command.group(2));
            if (command.group(1).equals("fail")) {
                LoginAnswer.failure(kind, number, 1, 16, "as asked", server.name(), login.version()).message().write(out, packetSize);
            } else if (command.group(1).equals("wide")) {
                wide(kind, number);
            } else {
                rows(kind, number);
            }
        } else {
            done(kind, -1);
        }
    }

    private void rows(int kind, int count) throws IOException {
        ByteArrayOutputStream rows = column(List.of(0x38));
        for (int i = 0; i < count; i++) {
            rows.write(0xd1);
            rows.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(i).array());
        }
        tell(rows, new Token.Done(kind, Token.Done.COUNTED, 0xc1, count, from72));
    }

    /** A column of varbinary(8000), packet by packet: of any length. */
    private void wide(int kind, int count) throws IOException {
        FakePackets packets = new FakePackets(out, packetSize);
        packets.write(column(List.of(0xa5, WIDE & 0xff, WIDE >> 8)).toByteArray());
        byte[] row = new byte[3 + WIDE];
        row[0] = (byte) 0xd1;
        row[1] = (byte) WIDE;
        row[2] = (byte) (WIDE >> 8);
        for (int i = 0; i < count; i++) {
            packets.write(row);
        }
        packets.write(bytes(new Token.Done(kind, Token.Done.COUNTED, 0xc1, count, from72)));
        packets.finish();
    }

    private ByteArrayOutputStream column(List<Integer> type) {
        return columns(new Column("n", type));
    }

    /** COLMETADATA (MS-TDS section 2.2.7.4). */
    private ByteArrayOutputStream columns(Column... columns) {
        ByteArrayOutputStream tokens = new ByteArrayOutputStream();
        tokens.writeBytes(new byte[] {(byte) 0x81, (byte) columns.length, 0});
        for (Column column : columns) {
            tokens.writeBytes(new byte[from72 ? 4 : 2]);
            tokens.writeBytes(new byte[2]);
            for (int each : column.type()) {
                tokens.write(each);
            }
            tokens.write(column.name().length());
            tokens.writeBytes(column.name().getBytes(StandardCharsets.UTF_16LE));
        }
        return tokens;
    }

    private void done(int kind, long rows) throws IOException {
        tell(new ByteArrayOutputStream(), new Token.Done(kind, rows < 0 ? 0 : Token.Done.COUNTED, 0, Math.max(rows, 0), from72));
    }

    private void tell(ByteArrayOutputStream before, Token.Done done) throws IOException {
        before.writeBytes(bytes(done));
        new Message(PacketHeader.RESULT, 51, ByteBuffer.wrap(before.toByteArray())).write(out, packetSize);
    }

    /** Rows in a call are counted by the statement there; then the call says what it returns, and that it is over. */
    private byte[] bytes(Token.Done done) {
        boolean counts = done.kind() == Token.Done.CALL && done.status() == Token.Done.COUNTED;
        List<Token> tokens = !counts ? List.of(done) : List.of(
                new Token.Done(Token.Done.IN_CALL, Token.Done.COUNTED | Token.Done.MORE, done.command(), done.rows(), from72),
                new Token.Other(RETURN_STATUS, ByteBuffer.allocate(Integer.BYTES)),
                new Token.Done(Token.Done.CALL, 0, CALLED, 0, from72));
        return bytes(tokens);
    }

    private static byte[] bytes(List<Token> tokens) {
        ByteBuffer data = new LoginAnswer(0, tokens).message().data();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }
}
