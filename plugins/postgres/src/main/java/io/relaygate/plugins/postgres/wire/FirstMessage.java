package io.relaygate.plugins.postgres.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client says before anything else: a message without a type, of a length and a code of four bytes each, big-endian, and
 * what the code makes of the rest.
 */
public sealed interface FirstMessage {

    /** Length and code, in bytes. */
    int HEAD = 8;

    /** The largest that a server takes (MAX_STARTUP_PACKET_LENGTH). */
    int LARGEST = 10_000;

    /** Codes that are no version. */
    int CANCEL = 1234 << 16 | 5678;

    /** For TLS. */
    int TLS = 1234 << 16 | 5679;

    /** For encryption by GSSAPI. */
    int GSS = 1234 << 16 | 5680;

    /** The largest key of a session, since protocol 3.2; four bytes before. */
    int LARGEST_KEY = 256;

    /** Wants TLS: a byte {@code S} or {@code N} answers it. */
    record TlsRequest() implements FirstMessage {}

    /** Wants encryption by GSSAPI: {@code G} or {@code N} answers it. */
    record GssRequest() implements FirstMessage {}

    /** Wants a statement of another session ended. Nothing answers it. */
    record Cancel(SessionKey key, ByteBuffer message) implements FirstMessage {

        /** Keeps the message as it came. */
        public Cancel {
            message = message.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer message() {
            return message.duplicate();
        }
    }

    /**
     * Begins a session.
     *
     * @param minor the minor version of protocol 3
     * @param parameters by name; of one that is given twice the last counts, as for a server
     * @param message as it came
     */
    record Startup(int minor, Map<String, String> parameters, ByteBuffer message) implements FirstMessage {

        /** Keeps its own copies. */
        public Startup {
            parameters = Map.copyOf(parameters);
            message = message.asReadOnlyBuffer();
        }

        @Override
        public ByteBuffer message() {
            return message.duplicate();
        }

        /** The user; empty if none is said, which no server takes. */
        public String user() {
            return parameters.getOrDefault("user", "");
        }

        /** The database; if none is said, that of the user's name. */
        public String database() {
            String said = parameters.getOrDefault("database", "");
            return said.isEmpty() ? user() : said;
        }
    }

    /** A version that is not 3. */
    record OtherVersion(int major, int minor) implements FirstMessage {}

    /** Whether bytes begin with the {@link #HEAD} of one of today's protocol. */
    static boolean isOne(ByteBuffer bytes) {
        int length = bytes.getInt(bytes.position());
        int code = bytes.getInt(bytes.position() + 4);
        return switch (code) {
            case TLS, GSS -> length == HEAD;
            case CANCEL -> length > HEAD && length <= LARGEST;
            default -> code >>> 16 == 3 && length > HEAD && length <= LARGEST;
        };
    }

    /**
     * Reads one, byte for byte and not further.
     *
     * @throws MalformedException if it is none
     * @throws EOFException if the stream ends in it
     */
    static FirstMessage read(InputStream in) throws IOException {
        byte[] head = exactly(in, 4);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < HEAD || length > LARGEST) {
            throw new MalformedException("a first message of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer message = ByteBuffer.allocate(length).put(head).put(exactly(in, length - 4)).flip();
        int code = message.getInt(4);
        ByteBuffer rest = message.slice(HEAD, length - HEAD);
        return switch (code) {
            case TLS -> bare(new TlsRequest(), rest);
            case GSS -> bare(new GssRequest(), rest);
            case CANCEL -> new Cancel(SessionKey.of(rest), message);
            default -> code >>> 16 == 3
                    ? new Startup(code & 0xffff, parameters(rest), message)
                    : new OtherVersion(code >>> 16, code & 0xffff);
        };
    }

    private static FirstMessage bare(FirstMessage message, ByteBuffer rest) throws MalformedException {
        if (rest.hasRemaining()) {
            throw new MalformedException("a request for encryption that is too long");
        }
        return message;
    }

    private static Map<String, String> parameters(ByteBuffer rest) throws MalformedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        while (true) {
            String name = text(rest);
            if (name.isEmpty()) {
                if (rest.hasRemaining()) {
                    throw new MalformedException("something follows the last parameter");
                }
                return parameters;
            }
            parameters.put(name, text(rest));
        }
    }

    private static String text(ByteBuffer from) throws MalformedException {
        int begin = from.position();
        while (from.hasRemaining()) {
            if (from.get() == 0) {
                return StandardCharsets.UTF_8.decode(from.slice(begin, from.position() - 1 - begin)).toString();
            }
        }
        throw new MalformedException("a parameter without an end");
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the client has left before its first message was complete");
        }
        return bytes;
    }
}
