package io.relaygate.tunnel;

import java.nio.ByteBuffer;

/** Finds the mux's frames in the numbered stream, however it is cut. */
final class FrameParser {

    /** Takes what is found. */
    interface Sink {

        /** A whole frame that is not DATA. */
        void frame(int type, long session, ByteBuffer body) throws ProtocolException;

        /** Some bytes of a session. */
        void data(long session, byte[] bytes, int offset, int length) throws ProtocolException;
    }

    private final byte[] head = new byte[Frame.HEAD];
    private int headBytes;
    private int type;
    private long session;
    private int remaining;
    private byte[] body = {};

    /**
     * Takes the next bytes of the stream.
     *
     * @throws ProtocolException if they break the protocol; nothing may be fed any more
     */
    void feed(byte[] bytes, int offset, int length, Sink sink) throws ProtocolException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (headBytes < Frame.HEAD) {
                int n = Math.min(Frame.HEAD - headBytes, end - at);
                System.arraycopy(bytes, at, head, headBytes, n);
                headBytes += n;
                at += n;
                if (headBytes < Frame.HEAD) {
                    return;
                }
                begin();
            } else {
                int n = Math.min(remaining, end - at);
                if (type == Frame.DATA) {
                    sink.data(session, bytes, at, n);
                } else {
                    System.arraycopy(bytes, at, body, body.length - remaining, n);
                }
                at += n;
                remaining -= n;
            }
            if (remaining == 0) {
                headBytes = 0;
                if (type != Frame.DATA) {
                    byte[] whole = body;
                    body = new byte[0];
                    sink.frame(type, session, ByteBuffer.wrap(whole));
                }
            }
        }
    }

    private void begin() throws ProtocolException {
        ByteBuffer in = ByteBuffer.wrap(head);
        int first = in.getInt();
        type = first >>> 24;
        remaining = first & 0xffffff;
        session = in.getLong();
        if (remaining > (type == Frame.DATA ? Frame.LONGEST_DATA : Frame.LONGEST)) {
            throw new ProtocolException("a frame of type " + type + " with " + remaining + " bytes");
        }
        if (type == Frame.DATA && remaining == 0) {
            throw new ProtocolException("an empty frame of data");
        }
        body = type == Frame.DATA ? body : new byte[remaining];
    }
}
