package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server name and the protocols from the first bytes of a TLS client (RFC 8446 section 4.1.2, RFC 6066
 * section 3, RFC 7301), without answering it. The hello may be split over several records.
 */
public final class ClientHello {

    /** More than any client sends; a hello beyond it is {@link NotTls}. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MAX_RECORD = 16 * 1024;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern HOST = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    private ClientHello() {}

    /** What the first bytes are. */
    public sealed interface Result {}

    /** The beginning of a ClientHello; more bytes are needed. */
    public record More() implements Result {}

    /**
     * Something else.
     *
     * @param why for people
     */
    public record NotTls(String why) implements Result {}

    /**
     * A ClientHello.
     *
     * @param serverName the host name asked for, in lower case and without a dot at its end, or null if there is none that
     *     is a host name
     * @param alpn the application protocols offered, in the client's order
     */
    public record Hello(@Nullable String serverName, List<String> alpn) implements Result {
        /** Keeps its own copy. */
        public Hello {
            alpn = List.copyOf(alpn);
        }
    }

    /**
     * Reads first bytes.
     *
     * @param bytes from the first one on; not changed
     */
    public static Result parse(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice();
        byte[] handshake = new byte[Math.min(in.remaining(), MAX_BYTES)];
        int length = 0;
        while (in.hasRemaining()) {
            if (in.get(in.position()) != HANDSHAKE_RECORD) {
                return new NotTls("no handshake record");
            }
            if (in.remaining() > 1 && in.get(in.position() + 1) != 3) {
                return new NotTls("no TLS version");
            }
            if (in.remaining() < 5) {
                break;
            }
            int record = in.getShort(in.position() + 3) & 0xffff;
            if (record == 0 || record > MAX_RECORD) {
                return new NotTls("a record of " + record + " bytes");
            }
            in.position(in.position() + 5);
            int part = Math.min(record, Math.min(in.remaining(), handshake.length - length));
            in.get(handshake, length, part);
            length += part;
            Result result = hello(ByteBuffer.wrap(handshake, 0, length));
            if (!(result instanceof More)) {
                return result;
            }
            if (part < record) {
                break;
            }
        }
        return bytes.remaining() < MAX_BYTES ? new More() : new NotTls("a hello of more than " + MAX_BYTES + " bytes");
    }

    /** Waits until it can be said what a client begins with; consumes nothing. {@link More} if it has ended before that. */
    public static Result peek(Connection client) throws IOException {
        int enough = 1;
        while (true) {
            ByteBuffer bytes = client.peek(enough);
            Result read = parse(bytes);
            boolean ended = bytes.remaining() < enough;
            if (!(read instanceof More) || ended) {
                return read;
            }
            enough = bytes.remaining() + 1;
        }
    }

    private static Result hello(ByteBuffer handshake) {
        if (handshake.hasRemaining() && handshake.get(0) != CLIENT_HELLO) {
            return new NotTls("no ClientHello");
        }
        if (handshake.remaining() < 4) {
            return new More();
        }
        int length = handshake.getInt(0) & 0xffffff;
        if (length > MAX_BYTES) {
            return new NotTls("a hello of " + length + " bytes");
        }
        if (handshake.remaining() < 4 + length) {
            return new More();
        }
        try {
            return body(handshake.slice(4, length));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new NotTls("a ClientHello that cannot be read");
        }
    }

    private static Hello body(ByteBuffer hello) {
        hello.position(2 + 32);
        block(hello, hello.get() & 0xff);
        block(hello, hello.getShort() & 0xffff);
        block(hello, hello.get() & 0xff);
        String serverName = null;
        List<String> alpn = List.of();
        Set<Integer> seen = new HashSet<>();
        ByteBuffer extensions = hello.hasRemaining() ? block(hello, hello.getShort() & 0xffff) : hello;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xffff;
            if (!seen.add(type)) {
                // Whoever reads the other one would connect to another host than the one we judged.
                throw new IllegalArgumentException("an extension twice");
            }
            ByteBuffer value = block(extensions, extensions.getShort() & 0xffff);
            switch (type) {
                case SERVER_NAME -> serverName = serverName(value);
                case ALPN -> alpn = protocols(value);
                default -> { }
            }
        }
        return new Hello(serverName, alpn);
    }

    private static @Nullable String serverName(ByteBuffer value) {
        ByteBuffer names = block(value, value.getShort() & 0xffff);
        while (names.hasRemaining()) {
            int kind = names.get();
            String name = text(block(names, names.getShort() & 0xffff)).toLowerCase(Locale.ROOT);
            if (kind == 0) {
                String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                return host.length() <= 253 && HOST.matcher(host).matches() ? host : null;
            }
        }
        return null;
    }

    private static List<String> protocols(ByteBuffer value) {
        ByteBuffer names = block(value, value.getShort() & 0xffff);
        List<String> protocols = new ArrayList<>();
        while (names.hasRemaining()) {
            protocols.add(text(block(names, names.get() & 0xff)));
        }
        return protocols;
    }

    private static ByteBuffer block(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer block = in.slice(in.position(), length);
        in.position(in.position() + length);
        return block;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
}
