package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.generator.Generator;
import org.eclipse.jetty.http2.hpack.HpackException;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the frames of one connection. Streams write theirs themselves and may wait for the peer. What the connection has to say
 * of itself is written by a task of its own ({@link #run}): who reads from the peer must never wait for it to read.
 */
final class FrameWriter {

    /** A peer that asks for more words than it reads is up to no good. */
    private static final int MOST_WORDS = 4096;

    private static final int FRAME_HEAD = 9;
    private static final int END_STREAM = 1;
    private static final byte[] NOTHING = {};

    /** Frames of one stream. */
    interface Frames {
        void putInto(FrameWriter writer) throws IOException;
    }

    private final Connection connection;
    private final Buffers buffers;
    private final Generator generator = new Generator(ByteBufferPool.NON_POOLING, false, 0);
    private final Queue<Frame> words = new ArrayDeque<>();
    private byte[] bytes = NOTHING;
    private int count;
    private boolean said;
    private boolean over;
    private volatile boolean writes;
    private volatile long began;

    FrameWriter(Connection connection, Buffers buffers) {
        this.connection = connection;
        this.buffers = buffers;
    }

    /** Says something of the connection, soon, and before any frame that is put in after this. Never waits. */
    void say(Frame frame) throws TooManyWordsException {
        synchronized (words) {
            if (words.size() >= MOST_WORDS) {
                throw new TooManyWordsException();
            }
            words.add(frame);
            said = true;
            words.notifyAll();
        }
    }

    /** Writes what is said until the connection is over. */
    void run() throws IOException {
        while (awaitWords()) {
            synchronized (this) {
                putWords();
                flush();
            }
        }
        connection.finish();
    }

    private boolean awaitWords() {
        synchronized (words) {
            try {
                while (!said && !over) {
                    words.wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a session", e);
            }
            boolean some = said;
            said = false;
            return some;
        }
    }

    private void putWords() throws IOException {
        for (Frame frame = nextWord(); frame != null; frame = nextWord()) {
            control(frame);
        }
    }

    private @Nullable Frame nextWord() {
        synchronized (words) {
            return words.poll();
        }
    }

    /** Nothing is said any more but what was said before. */
    void end() {
        synchronized (words) {
            over = true;
            words.notifyAll();
        }
    }

    /** The peer takes fields that take less memory. */
    synchronized void tableOf(int bytesOfThePeer) {
        generator.getHpackEncoder().setTableCapacity(Math.min(bytesOfThePeer, generator.getHpackEncoder().getMaxTableCapacity()));
    }

    /** Gathers a frame that has no data. */
    synchronized void put(Frame frame) throws IOException {
        putWords();
        control(frame);
    }

    private void control(Frame frame) throws IOException {
        RetainableByteBuffer.DynamicCapacity made = new RetainableByteBuffer.DynamicCapacity(ByteBufferPool.NON_POOLING, false, -1, 0, 0);
        try {
            generator.control(made, frame);
        } catch (HpackException e) {
            throw new IOException("fields that HTTP/2 cannot say: " + e.getMessage(), e);
        }
        ByteBuffer all = made.getByteBuffer();
        byte[] frameBytes = new byte[all.remaining()];
        all.get(frameBytes);
        made.release();
        raw(frameBytes, 0, frameBytes.length);
    }

    /** Gathers a piece of a body, no larger than the peer's frames may be. */
    synchronized void data(int stream, byte[] from, int offset, int length, boolean last) throws IOException {
        byte[] head = {
            (byte) (length >> 16), (byte) (length >> 8), (byte) length, 0, (byte) (last ? END_STREAM : 0),
            (byte) (stream >> 24), (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream
        };
        putWords();
        raw(head, 0, FRAME_HEAD);
        raw(from, offset, length);
    }

    private void raw(byte[] from, int offset, int length) throws IOException {
        if (bytes.length == 0) {
            bytes = buffers.take();
        }
        if (length > bytes.length - count) {
            write();
        }
        if (length > bytes.length) {
            write(from, offset, length);
        } else {
            System.arraycopy(from, offset, bytes, count, length);
            count += length;
        }
    }

    private void write() throws IOException {
        int all = count;
        count = 0;
        if (all > 0) {
            write(bytes, 0, all);
        }
    }

    private void write(byte[] from, int offset, int length) throws IOException {
        began = System.nanoTime();
        writes = true;
        try {
            connection.out().write(from, offset, length);
        } finally {
            writes = false;
        }
    }

    /** Whether a peer has not taken anything for so long. */
    boolean isStuck(Duration limit) {
        return writes && System.nanoTime() - began > limit.toNanos();
    }

    /** Sends what was gathered, by whomever. */
    synchronized void flush() throws IOException {
        try {
            write();
        } finally {
            if (bytes.length > 0) {
                buffers.give(bytes);
                bytes = NOTHING;
            }
        }
    }
}
