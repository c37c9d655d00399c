package io.relaygate.plugins.tds.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Where a server sends a client (MS-TDS section 2.2.7.9, types 20 and 21).
 *
 * @param server a host, {@code \} and an instance behind it perhaps
 * @param port TCP
 * @param database the database there; empty to keep the client's
 */
public record Routing(String server, int port, String database) {

    private static final int TCP = 0;
    private static final int LONGEST = 1024;

    static Routing parse(ByteBuffer values, boolean enhanced) throws MalformedException {
        ByteBuffer in = values.slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                throw new MalformedException("a redirect that is longer than what carries it");
            }
            in.limit(in.position() + length);
            int protocol = in.get();
            int port = in.getShort() & 0xffff;
            String server = text(in);
            String database = enhanced && in.hasRemaining() ? text(in) : "";
            if (protocol != TCP || port == 0 || server.isEmpty()) {
                throw new MalformedException("a redirect to nowhere");
            }
            return new Routing(server, port, database);
        } catch (BufferUnderflowException e) {
            throw new MalformedException("a redirect that is cut off");
        }
    }

    private static String text(ByteBuffer in) throws MalformedException {
        int length = 2 * (in.getShort() & 0xffff);
        if (length > in.remaining() || length > 2 * LONGEST) {
            throw new MalformedException("a redirect with a name that is too long");
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_16LE);
    }

    /** As a server says it. */
    public Token.EnvChange token() {
        TokenWriter value = new TokenWriter().int8(TCP).int16(port).text(server);
        if (!database.isEmpty()) {
            value.text(database);
        }
        byte[] all = new TokenWriter().int16(value.size()).bytes(value.toBytes()).int16(0).toBytes();
        return new Token.EnvChange(
                database.isEmpty() ? Token.EnvChange.ROUTING : Token.EnvChange.ENHANCED_ROUTING, ByteBuffer.wrap(all));
    }
}
