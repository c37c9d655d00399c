package io.relaygate.plugins.postgres.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of the time between the first one and the first ReadyForQuery: a type, a length, a body.
 *
 * @param type a letter
 * @param body what follows the length
 */
public record Message(char type, ByteBuffer body) {

    /** The largest that is taken before a session is ready: more than any error, notice or token of a login has. */
    public static final int LARGEST = 128 * 1024;

    private static final int SASL = 10;
    private static final String CHANNEL_BOUND = "-PLUS";

    /** Keeps the body as it is. */
    public Message {
        body = body.asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer body() {
        return body.duplicate();
    }

    /**
     * Reads one, byte for byte and not further; null if the stream has ended before it.
     *
     * @throws MalformedException if it is none, or too large
     * @throws EOFException if the stream ends in it
     */
    public static @Nullable Message read(InputStream in) throws IOException {
        int type = in.read();
        if (type < 0) {
            return null;
        }
        int length = ByteBuffer.wrap(exactly(in, 4)).getInt();
        if (length < 4 || length > LARGEST) {
            throw new MalformedException("a message of " + Integer.toUnsignedString(length) + " bytes before the session is ready");
        }
        return new Message((char) type, ByteBuffer.wrap(exactly(in, length - 4)));
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a message was cut off");
        }
        return bytes;
    }

    /** As it is on the wire. */
    public byte[] encode() {
        ByteBuffer body = body();
        return ByteBuffer.allocate(5 + body.remaining()).put((byte) type).putInt(4 + body.remaining()).put(body).array();
    }

    /** A server's: what it wants of the client for the login; -1 if it is another message, or cut off. */
    public int authentication() {
        return type == 'R' && body.remaining() >= 4 ? body.getInt(0) : -1;
    }

    /** A server's: by what the session can be named (BackendKeyData). */
    public SessionKey sessionKey() throws MalformedException {
        return SessionKey.of(body());
    }

    /**
     * A server's list of SASL mechanisms without those that are bound to a TLS channel: where TLS ends between client and server,
     * the two have no channel in common. Every other message as it is.
     */
    public Message withoutChannelBinding() {
        if (authentication() != SASL) {
            return this;
        }
        List<String> kept = new ArrayList<>();
        for (String mechanism : StandardCharsets.US_ASCII.decode(body().position(4)).toString().split("\0", -1)) {
            if (!mechanism.isEmpty() && !mechanism.endsWith(CHANNEL_BOUND)) {
                kept.add(mechanism + "\0");
            }
        }
        byte[] names = (String.join("", kept) + "\0").getBytes(StandardCharsets.US_ASCII);
        return new Message(type, ByteBuffer.allocate(4 + names.length).putInt(SASL).put(names).flip());
    }

    /**
     * A client's first answer to SASL: whether it could bind its login to a TLS channel and believes that the server cannot (RFC 5802
     * section 6, the flag {@code y}). A server that can takes that for an attack.
     */
    public boolean missesChannelBinding() {
        ByteBuffer rest = body();
        while (rest.hasRemaining() && rest.get() != 0) {
            // The mechanism's name.
        }
        return type == 'p' && rest.remaining() > 4 && rest.getInt() > 0 && rest.get() == 'y';
    }
}
