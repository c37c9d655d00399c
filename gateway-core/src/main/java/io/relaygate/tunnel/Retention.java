package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.net.Lease;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The bytes of a lane's own stream that the peer is not known to hold, from {@code base} to {@code hi}; positions count
 * from the stream's beginning. Bytes lie in arrays, mostly of the pool, and never move, so that a carrier can write them without
 * a lock; an array goes back when all of it is released and nobody writes from it.
 */
final class Retention {

    private static final int FEW = 1024;

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private long base;
    private long hi;

    /** An array and what part of the stream it holds. */
    private static final class Chunk {
        final Lease lease;
        final int offset;
        final int room;
        final long start;
        int used;

        /** An array that can take more up to a length. */
        Chunk(Lease lease, int length, long start) {
            this(lease, 0, length, 0, start);
        }

        Chunk(Lease lease, int offset, int room, int used, long start) {
            this.lease = lease;
            this.offset = offset;
            this.room = room;
            this.used = used;
            this.start = start;
        }
    }

    /** Some bytes that lie side by side; they stay as they are until {@link #unpin}, even when they are released. */
    static final class Slice {
        private final Lease lease;
        private final int offset;
        private final int length;
        private boolean pinned = true;

        private Slice(Lease lease, int offset, int length) {
            this.lease = lease;
            this.offset = offset;
            this.length = length;
            lease.retain();
        }

        byte[] bytes() {
            return lease.bytes();
        }

        int offset() {
            return offset;
        }

        int length() {
            return length;
        }

        /** The bytes are needed no more. Called once. */
        void unpin() {
            if (!pinned) {
                throw new IllegalStateException("unpinned twice");
            }
            pinned = false;
            lease.release();
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

    /** Appends a copy of bytes that are wanted side by side, if an array holds them. */
    void append(byte[] head, byte[] bytes, int offset, int length) {
        Chunk last = chunks.peekLast();
        int wanted = head.length + length;
        int room = last == null ? 0 : last.room - last.used;
        // What would lie in two arrays begins a new one, unless much of the present one is free.
        if (wanted > room && room < Math.min(wanted, Buffers.SIZE / 2)) {
            addChunk(wanted);
        }
        append(head, 0, head.length);
        append(bytes, offset, length);
    }

    private void append(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            Chunk last = chunks.peekLast();
            if (last == null || last.used == last.room) {
                last = addChunk(length - done);
            }
            int n = Math.min(length - done, last.room - last.used);
            System.arraycopy(bytes, offset + done, last.lease.bytes(), last.offset + last.used, n);
            last.used += n;
            hi += n;
            done += n;
        }
    }

    /** Appends bytes without a copy; they must not be changed any more. */
    void append(Lease lease, int offset, int length) {
        lease.retain();
        chunks.addLast(new Chunk(lease, offset, length, length, hi));
        hi += length;
    }

    /** Between bytes that were not copied, a few do not need a large array. */
    private Chunk addChunk(int wanted) {
        Chunk last = chunks.peekLast();
        boolean few = wanted <= FEW / 4 && last != null && last.offset > 0;
        Chunk chunk = few ? new Chunk(Lease.small(FEW), FEW, hi) : new Chunk(Lease.take(), Buffers.SIZE, hi);
        chunks.addLast(chunk);
        return chunk;
    }

    /** Some of the bytes from a position on, at least one; the position lies from {@code base} to before {@code hi}. */
    Slice slice(long from, int most) {
        for (Iterator<Chunk> newest = chunks.descendingIterator(); newest.hasNext(); ) {
            Chunk chunk = newest.next();
            if (chunk.start <= from && from < chunk.start + chunk.used) {
                int offset = (int) (from - chunk.start);
                return new Slice(chunk.lease, chunk.offset + offset, Math.min(most, chunk.used - offset));
            }
        }
        throw new IllegalArgumentException("position " + from + " is not retained: " + base + " to " + hi);
    }

    /** The peer holds everything before a position, which lies from {@code base} to {@code hi}. */
    void release(long upTo) {
        base = upTo;
        while (!chunks.isEmpty() && chunks.peekFirst().start + chunks.peekFirst().used <= upTo) {
            chunks.removeFirst().lease.release();
        }
    }

    /** Forgets everything. */
    void close() {
        base = hi;
        chunks.forEach(chunk -> chunk.lease.release());
        chunks.clear();
    }
}
