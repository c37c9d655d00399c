package io.relaygate.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one WebSocket (RFC 6455 section 5.2), each with one write to the link below. Any thread may
 * write; frames never mix. After a close frame nothing more is written.
 */
public final class FrameWriter {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEYS = 64;
    private static final byte[] NOTHING = {};

    private final Link under;
    private final boolean masking;
    private final ByteBuffer keys = ByteBuffer.allocate(4 * KEYS).position(4 * KEYS);
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
    private boolean ended;

    /**
     * A writer.
     *
     * @param masking whether frames are masked: as the client, but not as the server
     */
    public FrameWriter(Link under, boolean masking) {
        this.under = under;
        this.masking = masking;
    }

    /** The largest payload whose frame is one good write of the link below; its length takes 16 bits. */
    public int bestPayload() {
        return under.writeSize() - (masking ? 8 : 4);
    }

    /**
     * Writes one frame.
     *
     * @param opcode one of those of {@link FrameReader}
     * @param length 0 to 65536
     * @throws IOException also if a close frame was written before
     */
    public void write(int opcode, boolean last, byte[] bytes, int offset, int length) throws IOException {
        sending.lock();
        try {
            if (ended) {
                throw new IOException("the WebSocket's outgoing direction has ended");
            }
            ended = opcode == FrameReader.CLOSE;
            writeFrame(opcode, last, bytes, offset, length);
        } finally {
            sending.unlock();
        }
        flushPong();
    }

    /** Writes one whole message, in frames of at most 64 KiB; no other thread may write data meanwhile. */
    public void writeMessage(int opcode, byte[] bytes) throws IOException {
        int done = 0;
        do {
            int n = Math.min(Buffers.PAYLOAD, bytes.length - done);
            write(done == 0 ? opcode : FrameReader.CONTINUATION, done + n == bytes.length, bytes, done, n);
            done += n;
        } while (done < bytes.length);
    }

    /** Writes one whole message of two parts, together at most 65536 bytes. */
    void write(int opcode, byte[] head, byte[] bytes, int offset, int length) throws IOException {
        sending.lock();
        try {
            if (ended) {
                throw new IOException("the WebSocket's outgoing direction has ended");
            }
            writeFrame(opcode, true, head, bytes, offset, length);
        } finally {
            sending.unlock();
        }
        flushPong();
    }

    /** Answers a ping without ever waiting for another writer, who then sends the answer; the latest one counts. */
    public void pong(byte[] payload) throws IOException {
        pong.set(payload);
        flushPong();
    }

    private void flushPong() throws IOException {
        while (pong.get() != null && sending.tryLock()) {
            try {
                byte[] payload = pong.getAndSet(null);
                if (payload != null && !ended) {
                    writeFrame(FrameReader.PONG, true, payload, 0, payload.length);
                }
            } finally {
                sending.unlock();
            }
        }
    }

    /** Writes a close frame unless one was written; gives up if another writer does not end within the limit. */
    boolean tryClose(byte[] payload, long limitMillis) throws IOException {
        try {
            if (!sending.tryLock(limitMillis, TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            if (!ended) {
                ended = true;
                writeFrame(FrameReader.CLOSE, true, payload, 0, payload.length);
            }
            return true;
        } finally {
            sending.unlock();
        }
    }

    private void writeFrame(int opcode, boolean last, byte[] bytes, int offset, int length) throws IOException {
        writeFrame(opcode, last, NOTHING, bytes, offset, length);
    }

    private void writeFrame(int opcode, boolean last, byte[] first, byte[] bytes, int offset, int rest)
            throws IOException {
        int length = first.length + rest;
        if (length > Buffers.PAYLOAD) {
            throw new IllegalArgumentException("a frame holds at most 65536 bytes here, not " + length);
        }
        byte[] frame = length <= 256 ? new byte[length + 14] : Buffers.take();
        try {
            ByteBuffer head = ByteBuffer.wrap(frame);
            int mask = masking ? 0x80 : 0;
            head.put((byte) ((last ? 0x80 : 0) | opcode));
            if (length < 126) {
                head.put((byte) (mask | length));
            } else if (length < 65536) {
                head.put((byte) (mask | 126)).putShort((short) length);
            } else {
                head.put((byte) (mask | 127)).putLong(length);
            }
            if (masking) {
                int key = nextKey();
                head.putInt(key);
                Mask.copy(first, 0, frame, head.position(), first.length, key);
                Mask.copy(
                        bytes, offset, frame, head.position() + first.length, rest, Mask.advanced(key, first.length));
            } else {
                System.arraycopy(first, 0, frame, head.position(), first.length);
                System.arraycopy(bytes, offset, frame, head.position() + first.length, rest);
            }
            under.out().write(frame, 0, head.position() + length);
        } finally {
            if (frame.length == Buffers.SIZE) {
                Buffers.give(frame);
            }
        }
    }

    /** Keys must be unpredictable (RFC 6455 section 10.3); drawing many at once makes them cheap. */
    private int nextKey() {
        if (!keys.hasRemaining()) {
            RANDOM.nextBytes(keys.array());
            keys.clear();
        }
        return keys.getInt();
    }
}
