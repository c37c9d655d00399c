package io.relaygate.relay;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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

    /**
     * What was seen while nothing was said.
     *
     * @param signs how many pings and pongs came
     * @param end how it ended, and when; null if it did not
     */
    record Quiet(int signs, @Nullable String end) {

        @Override
        public String toString() {
            return signs + " signs of life; " + (end == null ? "it stays" : end);
        }
    }

    /** Says nothing for a while but answers to pings. */
    Quiet quiet(Duration time) throws IOException {
        long began = System.nanoTime();
        link.deadline(null);
        int signs = 0;
        try {
            while (true) {
                Duration left = time.minusNanos(System.nanoTime() - began);
                int opcode = left.isPositive() ? reader.next(left) : FrameReader.NONE;
                if (opcode == FrameReader.NONE && !time.minusNanos(System.nanoTime() - began).isPositive()) {
                    link.deadline(ConformanceWire.soon());
                    return new Quiet(signs, null);
                }
                if (opcode == FrameReader.PING) {
                    writer.pong(reader.controlPayload());
                    signs++;
                } else if (opcode == FrameReader.PONG) {
                    reader.controlPayload();
                    signs++;
                } else if (opcode != FrameReader.NONE) {
                    return new Quiet(signs, (opcode == FrameReader.CLOSE ? "closed" : "something was said") + after(began));
                }
            }
        } catch (IOException e) {
            return new Quiet(signs, "broken" + after(began) + ": " + e.getMessage());
        }
    }

    private static String after(long began) {
        return " after " + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s";
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
