package io.relaygate.net;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a close frame says (RFC 6455 sections 5.5.1 and 7.4).
 *
 * @param code 1000 for a clean end; {@link #NONE} if the frame was empty
 * @param text for people, perhaps empty
 */
record CloseReason(int code, String text) {

    /** A clean end. */
    static final int NORMAL = 1000;

    /** Says that the peer goes away, and not whether it has finished. */
    static final int GOING_AWAY = 1001;

    /** The code that stands for "no code was sent". */
    static final int NONE = 1005;

    private static final int LONGEST_TEXT = 123;

    /** Whether the peer ended cleanly: it said so, or said nothing, as programs do that close without a code. */
    boolean clean() {
        return code == NORMAL || code == NONE;
    }

    /** The frame's payload; a text that is too long is cut at a character. */
    byte[] payload() {
        if (code == NONE) {
            return new byte[0];
        }
        ByteBuffer all = ByteBuffer.allocate(2 + LONGEST_TEXT).putShort((short) code);
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        encoder.encode(CharBuffer.wrap(text), all, true);
        return Arrays.copyOf(all.array(), all.position());
    }

    /** Reads a payload strictly. */
    static CloseReason parse(byte[] payload) throws WebSocketException {
        if (payload.length == 0) {
            return new CloseReason(NONE, "");
        }
        if (payload.length == 1) {
            throw new WebSocketException(WebSocketException.PROTOCOL_ERROR, "the peer sent half a close code");
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
        if (!allowed(code)) {
            throw new WebSocketException(WebSocketException.PROTOCOL_ERROR, "the peer sent the close code " + code);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload, 2, payload.length - 2))
                    .toString();
            return new CloseReason(code, text);
        } catch (CharacterCodingException e) {
            throw new WebSocketException(WebSocketException.NOT_UTF8, "the peer's close reason is not UTF-8");
        }
    }

    private static boolean allowed(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != NONE && code != 1006)
                || (code >= 3000 && code <= 4999);
    }

    /** The failure that an end with this code is. */
    WebSocketException failure() {
        return new WebSocketException(
                code, "the peer closed the WebSocket with code " + code + (text.isEmpty() ? "" : ": " + text));
    }
}
