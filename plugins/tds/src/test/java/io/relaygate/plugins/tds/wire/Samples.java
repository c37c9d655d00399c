package io.relaygate.plugins.tds.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Messages as clients and servers send them. */
public final class Samples {

    /** The example of MS-TDS section 4.1. */
    public static final byte[] PRELOGIN = hex("""
            12 01 00 2F 00 00 01 00 00 00 1A 00 06 01 00 20 00 01 02 00 21 00 01 03 00 22 00 04 04 00 26 00 01 FF
            09 00 00 00 00 00 01 00 B8 0D 00 00 01""");

    /** The example of MS-TDS section 4.2, a login of osql with TDS 7.2. */
    public static final byte[] LOGIN = hex("""
            10 01 00 90 00 00 01 00 88 00 00 00 02 00 09 72 00 10 00 00 00 00 00 07 00 01 00 00 00 00 00 00 E0 03 00 00
            00 00 00 00 00 00 00 00 5E 00 08 00 6E 00 02 00 72 00 00 00 72 00 07 00 80 00 00 00 80 00 00 00 80 00 04 00
            88 00 00 00 88 00 00 00 00 50 8B E2 B7 8F 88 00 00 00 88 00 00 00 88 00 00 00 00 00 00 00 73 00 6B 00 6F 00
            73 00 74 00 6F 00 76 00 31 00 73 00 61 00 4F 00 53 00 51 00 4C 00 2D 00 33 00 32 00 4F 00 44 00 42 00 43 00""");

    private Samples() {}

    /** Digits with any space between them. */
    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** One after the other. */
    public static byte[] all(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** A login of osql. */
    public static Login7 login() throws MalformedException {
        return Login7.parse(ByteBuffer.wrap(LOGIN, 8, LOGIN.length - 8));
    }

    /** That a login is accepted. */
    public static LoginAnswer accepted(int version) {
        TokenWriter program = new TokenWriter().shortText("Microsoft SQL Server").int32(0x10101010);
        return new LoginAnswer(53, List.of(
                new Token.EnvChange(1, ByteBuffer.wrap(new TokenWriter().shortText("Orders").shortText("master").toBytes())),
                new Token.Notice(false, 5701, 2, 0, "Changed database context to 'Orders'.", "SQL01", ByteBuffer.allocate(5)),
                new Token.LoginAck(1, version, ByteBuffer.wrap(program.toBytes())),
                new Token.EnvChange(Token.EnvChange.PACKET_SIZE, ByteBuffer.wrap(new TokenWriter().shortText("8000").shortText("4096").toBytes())),
                new Token.Other(0xe4, ByteBuffer.wrap(hex("03000000 010203"))),
                new Token.Granted(List.of(new Feature(0x0a, ByteBuffer.wrap(new byte[] {1})))),
                new Token.Done(Token.Done.STATEMENT, 0, 0, 0, true)));
    }

    /** The name of another server, as a server says it. */
    public static Token.EnvChange mirror(String name) {
        return new Token.EnvChange(Token.EnvChange.MIRROR, ByteBuffer.wrap(new TokenWriter().shortText(name).shortText("").toBytes()));
    }

    /** A ClientHello in a record, which asks for a name. */
    public static byte[] hello(String name) {
        byte[] host = name.getBytes(StandardCharsets.US_ASCII);
        byte[] asked = ByteBuffer.allocate(9 + host.length).putShort((short) 0).putShort((short) (5 + host.length)).putShort((short) (3 + host.length))
                .put((byte) 0).putShort((short) host.length).put(host).array();
        byte[] body = ByteBuffer.allocate(2 + 32 + 1 + 4 + 2 + 2 + asked.length).putShort((short) 0x303).position(34).put((byte) 0)
                .putShort((short) 2).putShort((short) 0xc02f).put((byte) 1).put((byte) 0).putShort((short) asked.length).put(asked).array();
        return ByteBuffer.allocate(9 + body.length).put((byte) 22).putShort((short) 0x301).putShort((short) (4 + body.length))
                .putInt(1 << 24 | body.length).put(body).array();
    }
}
