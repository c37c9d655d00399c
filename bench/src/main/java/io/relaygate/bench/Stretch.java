package io.relaygate.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection that goes over a link: what {@link #read} takes, {@link #write} gives on when its time has
 * come. Each is for one thread.
 */
final class Stretch {

    private static final int CHUNK = 256 * 1024;
    /** A chunk with less room than this is full. */
    private static final int LEAST_ROOM = 16 * 1024;
    /** Chunks that have been given on; what a link of this length has needed once, it needs again. */
    private static final Queue<ByteBuffer> SPARE = new ConcurrentLinkedQueue<>();

    /** Bytes on their way; the end of the direction if there are none. */
    private record Piece(ByteBuffer bytes, long due, @Nullable ByteBuffer full) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private final Pace pace;
    private final long notBefore;
    private final long capacity;

    private final Queue<Piece> pieces = new ArrayDeque<>();
    private long held;
    private boolean broken;

    /**
     * Makes one.
     *
     * @param notBefore when the first byte may come out, however early it enters
     * @param capacity how many bytes it holds; more wait in the kernel, and then at their sender
     */
    Stretch(SocketChannel from, SocketChannel to, Pace pace, long notBefore, long capacity) {
        this.from = from;
        this.to = to;
        this.pace = pace;
        this.notBefore = notBefore;
        this.capacity = capacity;
    }

    /** Takes bytes until the direction ends. */
    void read() throws IOException, InterruptedException {
        ByteBuffer chunk = take();
        int n;
        do {
            awaitTime(pace.roomFrom());
            awaitRoom();
            int at = chunk.position();
            n = from.read(chunk.limit(Math.min(CHUNK, at + pace.portion())));
            int bytes = Math.max(n, 0);
            long out = pace.enter(bytes, System.nanoTime());
            boolean full = CHUNK - chunk.position() < LEAST_ROOM || n < 0;
            put(new Piece(chunk.slice(at, bytes), out - notBefore > 0 ? out : notBefore, full ? chunk : null));
            if (full && n >= 0) {
                chunk = take();
            }
        } while (n >= 0);
    }

    private static ByteBuffer take() {
        ByteBuffer spare = SPARE.poll();
        return spare == null ? ByteBuffer.allocateDirect(CHUNK) : spare.clear();
    }

    /** Gives the bytes on, each at its time, and at last the end. */
    void write() throws IOException, InterruptedException {
        for (Piece piece = next(); ; piece = next()) {
            awaitTime(piece.due());
            int length = piece.bytes().remaining();
            while (piece.bytes().hasRemaining()) {
                to.write(piece.bytes());
            }
            if (piece.full() != null) {
                SPARE.add(piece.full());
            }
            if (length == 0) {
                to.shutdownOutput();
                return;
            }
            given(length);
        }
    }

    private static void awaitTime(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized void awaitRoom() throws IOException, InterruptedException {
        while (held >= capacity && !broken) {
            wait();
        }
        failIfBroken();
    }

    private synchronized void put(Piece piece) {
        pieces.add(piece);
        held += piece.bytes().remaining();
        notifyAll();
    }

    private synchronized Piece next() throws IOException, InterruptedException {
        while (pieces.isEmpty() && !broken) {
            wait();
        }
        failIfBroken();
        return pieces.remove();
    }

    private synchronized void given(int bytes) {
        if (held >= capacity) {
            notifyAll();
        }
        held -= bytes;
    }

    private void failIfBroken() throws IOException {
        if (broken) {
            throw new IOException("the connection has broken");
        }
    }

    /** Lets both threads fail. */
    synchronized void shatter() {
        broken = true;
        notifyAll();
    }
}
