package io.relaygate.relay;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One end of a rendezvous, frame by frame. For one thread. */
final class ConformanceLeg implements AutoCloseable {

    private static final int LARGEST_FRAME = 1 << 20;

    private final Link link;
    private final HttpHead answer;
    private final FrameReader reader;
    private final FrameWriter writer;

    ConformanceLeg(Opened opened) throws IOException {
        this.link = opened.link();
        this.answer = opened.answer();
        this.reader = new FrameReader(link, false);
        this.writer = new FrameWriter(link, true);
        link.deadline(ConformanceWire.soon());
    }

    /** A frame. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    record Frame(int opcode, boolean last, byte[] payload) {

        boolean isClose() {
            return opcode == FrameReader.CLOSE;
        }

        /** {@code close 1000 Shutdown}, or {@code binary, 1024 bytes}. */
        @Override
        public String toString() {
            if (isClose()) {
                int code = payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
                String reason = payload.length < 2 ? "" : " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                return "close " + code + reason;
            }
            String kind = opcode == FrameReader.BINARY ? "binary" : opcode == FrameReader.TEXT ? "text" : opcode == FrameReader.CONTINUATION ? "more" : "opcode " + opcode;
            return kind + ", " + payload.length + " bytes" + (last ? ", last" : "");
        }
    }

    HttpHead answer() {
        return answer;
    }

    /**
     * The next frame that is no sign of life.
     *
     * @throws IOException if it is larger than anything a question sends, or the connection ends
     */
    Frame next() throws IOException {
        while (true) {
            int opcode = reader.next(Link.FOREVER);
            if (reader.remaining() > LARGEST_FRAME) {
                throw new IOException("a frame of " + reader.remaining() + " bytes has come, of which nothing was sent");
            }
            byte[] payload = new byte[(int) reader.remaining()];
            for (int done = 0; done < payload.length; ) {
                done += reader.payload(payload, done, payload.length - done, Link.FOREVER);
            }
            if (opcode != FrameReader.PING && opcode != FrameReader.PONG) {
                return new Frame(opcode, reader.last(), payload);
            }
        }
    }

    void send(int opcode, byte[] payload) throws IOException {
        writer.write(opcode, true, payload, 0, payload.length);
    }

    /** Sends a binary message of zeros in one frame of any size, masked by zeros. */
    void sendLarge(int length) throws IOException {
        byte[] head = ByteBuffer.allocate(14).put((byte) (0x80 | FrameReader.BINARY)).put((byte) 0xff).putLong(length).array();
        link.write(head, 0, head.length);
        byte[] some = new byte[length];
        link.write(some, 0, length);
    }

    void sendClose(int code, String reason) throws IOException {
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        send(FrameReader.CLOSE, ByteBuffer.allocate(2 + words.length).putShort((short) code).put(words).array());
    }

    void abort() {
        link.abort();
    }

    @Override
    public void close() {
        link.abort();
        reader.release();
    }
}
