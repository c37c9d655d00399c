package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Binary messages are cut and joined anew, as a relay may that takes them for a stream: into frames of at most 64 KiB, none of
 * which is empty. Text stays as it is.
 */
final class Recut implements Passage {

    /** How long a piece waits for the next, to be joined with it. */
    private static final Duration SOON = Duration.ofMillis(1);

    private static final int TINY = 16;

    private final RandomGenerator random;
    private final WholeFrames whole = new WholeFrames();
    private byte @Nullable [] held;
    private int size;
    private boolean text;
    private boolean within;

    Recut(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public void take(int opcode, FrameReader from, FrameWriter to) throws IOException {
        text = opcode == FrameReader.TEXT || (text && opcode == FrameReader.CONTINUATION);
        if (text) {
            flush(to);
            whole.take(opcode, from, to);
            return;
        }
        while (from.remaining() > 0) {
            byte[] bytes = buffer();
            int n = from.payload(bytes, size, Buffers.PAYLOAD - size, size > 0 ? SOON : Link.FOREVER);
            if (n == 0) {
                flush(to);
                continue;
            }
            size += n;
            while (size == Buffers.PAYLOAD || (size > 0 && random.nextInt(3) > 0)) {
                write(bytes, length(), to);
            }
        }
        if (size == 0) {
            release();
        }
    }

    private byte[] buffer() {
        byte[] bytes = held;
        if (bytes == null) {
            bytes = Buffers.take();
            held = bytes;
        }
        return bytes;
    }

    private int length() {
        return 1 + random.nextInt(random.nextInt(4) == 0 ? Math.min(TINY, size) : size);
    }

    /** A message has ended whenever nothing is held. */
    private void write(byte[] bytes, int length, FrameWriter to) throws IOException {
        boolean last = length == size || random.nextBoolean();
        to.write(within ? FrameReader.CONTINUATION : FrameReader.BINARY, last, bytes, 0, length);
        within = !last;
        size -= length;
        System.arraycopy(bytes, length, bytes, 0, size);
    }

    @Override
    public boolean holds() {
        return size > 0;
    }

    @Override
    public void flush(FrameWriter to) throws IOException {
        byte[] bytes = held;
        if (bytes != null && size > 0) {
            write(bytes, size, to);
        }
        release();
    }

    @Override
    public void release() {
        size = 0;
        if (held != null) {
            Buffers.give(held);
            held = null;
        }
    }
}
