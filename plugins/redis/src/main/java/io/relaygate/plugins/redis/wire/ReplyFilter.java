package io.relaygate.plugins.redis.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Passes replies on as they come, and puts others in the place of errors about a {@link Marker}. Knows where a line
 * begins and how long a payload is, and nothing else: so pushes and nested replies need no counting. Holds back the
 * errors alone, up to 512 bytes each. One thread.
 */
public final class ReplyFilter {

    private static final int LONGEST_HELD = 512;
    private static final int MOST_DIGITS = 12;

    private enum State {
        BEGIN,
        LENGTH,
        LINE,
        ERROR,
        PAYLOAD
    }

    private final OutputStream out;
    private final Marker marker;
    private final UnaryOperator<String> replies;
    private final byte[] held = new byte[LONGEST_HELD];
    private int heldLength;
    private State state = State.BEGIN;
    private byte type;
    private long length;
    private int digits;
    private boolean isLength;
    private long payloadLeft;

    /**
     * A filter at the beginning of the replies.
     *
     * @param replies the reply in place of an error with this code, without the end of its line
     */
    public ReplyFilter(OutputStream out, Marker marker, UnaryOperator<String> replies) {
        this.out = out;
        this.marker = marker;
        this.replies = replies;
    }

    /** Takes the next bytes. All that is not held has been written when it returns. */
    public void take(byte[] bytes, int count) throws IOException {
        int begin = 0;
        int at = 0;
        while (at < count) {
            switch (state) {
                case BEGIN -> {
                    type = bytes[at];
                    if (type == '-') {
                        out.write(bytes, begin, at - begin);
                        heldLength = 0;
                        state = State.ERROR;
                    } else {
                        at++;
                        begins();
                    }
                }
                case LENGTH -> at = length(bytes, at);
                case LINE -> {
                    if (bytes[at++] == '\n') {
                        state = State.BEGIN;
                    }
                }
                case PAYLOAD -> {
                    int n = (int) Math.min(payloadLeft, count - at);
                    at += n;
                    payloadLeft -= n;
                    if (payloadLeft == 0) {
                        state = State.BEGIN;
                    }
                }
                case ERROR -> {
                    held[heldLength++] = bytes[at++];
                    if (bytes[at - 1] == '\n' || heldLength == LONGEST_HELD) {
                        state = bytes[at - 1] == '\n' ? State.BEGIN : State.LINE;
                        error();
                    }
                    begin = at;
                }
            }
        }
        if (state != State.ERROR && begin < count) {
            out.write(bytes, begin, count - begin);
        }
    }

    private void begins() {
        boolean carriesPayload = type == '$' || type == '!' || type == '=' || type == ';';
        state = type == '\n' ? State.BEGIN : carriesPayload ? State.LENGTH : State.LINE;
        length = 0;
        digits = 0;
        isLength = true;
    }

    private int length(byte[] bytes, int at) {
        byte next = bytes[at];
        if (next >= '0' && next <= '9' && digits < MOST_DIGITS) {
            length = 10 * length + next - '0';
            digits++;
        } else if (next == '\n') {
            // A part of length 0 ends a string that was sent in parts, and nothing follows it.
            boolean payload = isLength && digits > 0 && !(type == ';' && length == 0);
            payloadLeft = length + 2;
            state = payload ? State.PAYLOAD : State.BEGIN;
        } else if (next != '\r') {
            isLength = false;
        }
        return at + 1;
    }

    private void error() throws IOException {
        String code = marker.code(held, heldLength);
        if (code == null) {
            out.write(held, 0, heldLength);
        } else {
            out.write((replies.apply(code) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        heldLength = 0;
    }

    /** No more replies come: writes what is held. */
    public void end() throws IOException {
        out.write(held, 0, heldLength);
        heldLength = 0;
    }
}
