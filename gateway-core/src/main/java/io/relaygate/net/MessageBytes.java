package io.relaygate.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one WebSocket message after another, gathered frame by frame up to a bound. For one thread. */
public final class MessageBytes {

    private static final byte[] NONE = {};

    private final int largest;
    private byte[] bytes = NONE;
    private int length;

    /**
     * Nothing yet.
     *
     * @param largest the largest message, in bytes
     */
    public MessageBytes(int largest) {
        this.largest = largest;
    }

    /**
     * Reads all of the current frame's payload.
     *
     * @throws WebSocketException if the message is too large with it
     */
    public void add(FrameReader reader) throws IOException {
        if (reader.remaining() > largest - length) {
            throw new WebSocketException(WebSocketException.TOO_BIG, "the peer sent a message of more than " + largest + " bytes");
        }
        while (reader.remaining() > 0) {
            if (length == bytes.length) {
                // Grows with what has arrived, not with what a head announces.
                bytes = Arrays.copyOf(bytes, Math.min(largest, Math.max(1024, 2 * length)));
            }
            length += reader.payload(bytes, length, bytes.length - length, Link.FOREVER);
        }
    }

    /** All that was gathered; what is added from now on is another message. */
    public ByteBuffer take() {
        ByteBuffer all = ByteBuffer.wrap(bytes, 0, length).slice();
        bytes = NONE;
        length = 0;
        return all;
    }

    /**
     * The same as text.
     *
     * @throws WebSocketException if it is not UTF-8
     */
    public String takeText() throws WebSocketException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(take()).toString();
        } catch (CharacterCodingException e) {
            throw new WebSocketException(WebSocketException.NOT_UTF8, "the peer sent a text message that is not UTF-8");
        }
    }
}
