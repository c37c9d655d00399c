package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one WebSocket (RFC 6455 section 5.2): the head of a frame, then its payload in pieces. Holds a
 * buffer of the pool only while bytes are in it or more are expected soon. One thread reads at a time;
 * {@link #release} may be called from any.
 */
public final class FrameReader {

    /** A further frame of a message. */
    public static final int CONTINUATION = 0;

    /** The first frame of a text message. */
    public static final int TEXT = 1;

    /** The first frame of a binary message. */
    public static final int BINARY = 2;

    /** The end of the peer's direction. */
    public static final int CLOSE = 8;

    /** A question whether we are there. */
    public static final int PING = 9;

    /** The answer to a ping, or a sign of life. */
    public static final int PONG = 10;

    /** No frame came within the limit. */
    public static final int NONE = -1;

    private final Link under;
    private final boolean masked;
    private final Custody custody = new Custody(this::give, "the WebSocket is closed");
    private byte @Nullable [] buffer;
    private int from;
    private int to;

    private boolean last;
    private boolean inMessage;
    private long remaining;
    private int key;

    /**
     * A reader.
     *
     * @param masked whether the peer's frames must be masked: if it is the client; else they must not be
     */
    public FrameReader(Link under, boolean masked) {
        this.under = under;
        this.masked = masked;
    }

    /**
     * Reads the head of the next frame. The payload of the one before must have been read. The payload of a control
     * frame is then in memory: reading it does not wait.
     *
     * @return the opcode, or {@link #NONE} if the limit passed first
     * @throws EOFException if the connection ended
     * @throws WebSocketException if the peer broke the protocol
     */
    public int next(Duration limit) throws IOException {
        custody.enter();
        try {
            if (remaining > 0) {
                throw new IllegalStateException(remaining + " bytes of the frame before are unread");
            }
            Wait wait = new Wait(limit);
            while (!ready()) {
                if (fill(wait.left()) == 0) {
                    return NONE;
                }
            }
            return takeHead();
        } finally {
            custody.leave();
        }
    }

    private int takeHead() throws WebSocketException {
        int size = FrameHead.size(held(), from);
        FrameHead head = FrameHead.parse(held(), from, masked);
        from += size;
        if (head.opcode() < CLOSE) {
            if ((head.opcode() == CONTINUATION) != inMessage) {
                throw FrameHead.violated(
                        inMessage ? "a message begins within another" : "a continuation continues nothing");
            }
            inMessage = !head.last();
        }
        last = head.last();
        remaining = head.length();
        key = head.key();
        return head.opcode();
    }

    /** Whether the current frame is the last of its message. */
    public boolean last() {
        return last;
    }

    /** How many bytes of the current frame's payload are unread. */
    public long remaining() {
        return remaining;
    }

    /** Whether at least one byte of the payload, or of what follows, is in memory. */
    boolean buffered() {
        return from < to;
    }

    /** Whether {@link #next} returns at once. */
    boolean ready() {
        if (to - from < 2) {
            return false;
        }
        boolean control = (held()[from] & 0x08) != 0;
        int length = held()[from + 1] & 0x7f;
        return to - from >= FrameHead.size(held(), from) + (control && length <= FrameHead.LONGEST_CONTROL ? length : 0);
    }

    /**
     * Reads some of the current frame's payload.
     *
     * @return how many bytes, 0 if the limit passed first or nothing remains
     */
    public int payload(byte[] into, int offset, int length, Duration limit) throws IOException {
        if (remaining == 0 || length == 0) {
            return 0;
        }
        custody.enter();
        try {
            if (from == to && fill(limit) == 0) {
                return 0;
            }
            int n = (int) Math.min(Math.min(length, remaining), to - from);
            if (masked) {
                Mask.copy(held(), from, into, offset, n, key);
                key = Mask.advanced(key, n);
            } else {
                System.arraycopy(held(), from, into, offset, n);
            }
            from += n;
            remaining -= n;
            if (from == to && Wait.isForever(limit)) {
                give();
            }
            return n;
        } finally {
            custody.leave();
        }
    }

    /** Reads all of a control frame's payload, at most 125 bytes. */
    public byte[] controlPayload() throws IOException {
        byte[] all = new byte[(int) remaining];
        payload(all, 0, all.length, Link.FOREVER);
        return all;
    }

    /** Waits as {@link Link#awaitReadable} does for bytes of a frame, with no buffer if none are in it. */
    boolean await(Duration limit) throws IOException {
        custody.enter();
        try {
            if (from < to) {
                return true;
            }
            give();
            return under.awaitReadable(limit);
        } finally {
            custody.leave();
        }
    }

    private int fill(Duration limit) throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
            if (Wait.isForever(limit)) {
                give();
                under.awaitReadable(limit);
            }
        }
        byte[] bytes = buffer;
        if (bytes == null) {
            bytes = Buffers.take();
            buffer = bytes;
        }
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
        }
        int n = under.read(bytes, to, bytes.length - to, limit);
        if (n < 0) {
            throw new EOFException("the WebSocket was cut off: no close frame came before the end");
        }
        to += n;
        if (to == 0) {
            give();
        }
        return n;
    }

    private byte[] held() {
        byte[] bytes = buffer;
        if (bytes == null) {
            throw new IllegalStateException("no frame is being read");
        }
        return bytes;
    }

    /** Gives the buffer back, at once or when the reader leaves; nothing can be read any more. */
    public void release() {
        custody.end();
    }

    private void give() {
        if (buffer != null) {
            Buffers.give(buffer);
            buffer = null;
        }
        from = 0;
        to = 0;
    }
}
