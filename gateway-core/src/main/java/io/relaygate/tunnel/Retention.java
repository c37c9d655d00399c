package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The bytes of a lane's own stream that the peer is not known to hold, from {@code base} to {@code hi}; positions count
 * from the stream's beginning. Bytes lie in arrays of the pool, in pieces that never move, so that a carrier can write
 * them without a lock; an array goes back to the pool when all of it is released and nobody writes from it.
 */
final class Retention {

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private long base;
    private long hi;

    /** An array and what part of the stream it holds. */
    private static final class Chunk {
        final byte[] bytes = Buffers.take();
        final long start;
        int used;
        int pins;
        boolean released;

        Chunk(long start) {
            this.start = start;
        }

        void giveIfFree() {
            if (released && pins == 0) {
                Buffers.give(bytes);
            }
        }
    }

    /** Some bytes that lie side by side; they stay as they are until {@link #unpin}, even when they are released. */
    static final class Slice {
        private final Chunk chunk;
        private final int offset;
        private final int length;
        private boolean pinned = true;

        private Slice(Chunk chunk, int offset, int length) {
            this.chunk = chunk;
            this.offset = offset;
            this.length = length;
            chunk.pins++;
        }

        byte[] bytes() {
            return chunk.bytes;
        }

        int offset() {
            return offset;
        }

        int length() {
            return length;
        }

        /** The bytes are needed no more. Called once, with the lane's lock held. */
        void unpin() {
            if (!pinned) {
                throw new IllegalStateException("unpinned twice");
            }
            pinned = false;
            chunk.pins--;
            chunk.giveIfFree();
        }
    }

    /** The first position that is retained. */
    long base() {
        return base;
    }

    /** The position behind the last byte. */
    long hi() {
        return hi;
    }

    long size() {
        return hi - base;
    }

    /** Appends bytes that are wanted side by side, if an array holds them. */
    void append(byte[] head, byte[] bytes, int offset, int length) {
        Chunk last = chunks.peekLast();
        int wanted = head.length + length;
        int room = last == null ? 0 : last.bytes.length - last.used;
        if (wanted > room && (room < last(room, wanted))) {
            addChunk();
        }
        append(head, 0, head.length);
        append(bytes, offset, length);
    }

    /** A piece that would lie in two arrays begins a new one, unless much of the present one is free. */
    private static int last(int room, int wanted) {
        return room == 0 ? 1 : Math.min(wanted, Buffers.SIZE / 2);
    }

    private void append(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            Chunk last = chunks.peekLast();
            if (last == null || last.used == last.bytes.length) {
                last = addChunk();
            }
            int n = Math.min(length - done, last.bytes.length - last.used);
            System.arraycopy(bytes, offset + done, last.bytes, last.used, n);
            last.used += n;
            hi += n;
            done += n;
        }
    }

    private Chunk addChunk() {
        Chunk chunk = new Chunk(hi);
        chunks.addLast(chunk);
        return chunk;
    }

    /** Some of the bytes from a position on, at least one; the position lies from {@code base} to before {@code hi}. */
    Slice slice(long from, int most) {
        for (Iterator<Chunk> newest = chunks.descendingIterator(); newest.hasNext(); ) {
            Chunk chunk = newest.next();
            if (chunk.start <= from && from < chunk.start + chunk.used) {
                int offset = (int) (from - chunk.start);
                return new Slice(chunk, offset, Math.min(most, chunk.used - offset));
            }
        }
        throw new IllegalArgumentException("position " + from + " is not retained: " + base + " to " + hi);
    }

    /** The peer holds everything before a position, which lies from {@code base} to {@code hi}. */
    void release(long upTo) {
        base = upTo;
        while (!chunks.isEmpty() && chunks.peekFirst().start + chunks.peekFirst().used <= upTo) {
            Chunk chunk = chunks.removeFirst();
            chunk.released = true;
            chunk.giveIfFree();
        }
    }

    /** Forgets everything. */
    void close() {
        base = hi;
        for (Chunk chunk : chunks) {
            chunk.released = true;
            chunk.giveIfFree();
        }
        chunks.clear();
    }
}
