package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import java.util.ArrayDeque;

/** Bytes that have arrived and wait to be read: little memory for few bytes, arrays of the pool for many. */
final class ByteQueue {

    private static final int SMALL = 2048;

    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private int size;

    private static final class Part {
        final byte[] bytes;
        int from;
        int to;

        Part(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    int size() {
        return size;
    }

    void append(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            Part last = parts.peekLast();
            if (last == null || last.to == last.bytes.length) {
                last = new Part(length - done <= SMALL ? new byte[Math.max(64, length - done)] : Buffers.take());
                parts.addLast(last);
            }
            int n = Math.min(length - done, last.bytes.length - last.to);
            System.arraycopy(bytes, offset + done, last.bytes, last.to, n);
            last.to += n;
            done += n;
        }
        size += length;
    }

    /** Takes at most so many bytes; returns how many. */
    int take(byte[] into, int offset, int length) {
        int done = 0;
        while (done < length && !parts.isEmpty()) {
            Part first = parts.peekFirst();
            int n = Math.min(length - done, first.to - first.from);
            System.arraycopy(first.bytes, first.from, into, offset + done, n);
            first.from += n;
            done += n;
            if (first.from == first.to) {
                parts.removeFirst();
                give(first);
            }
        }
        size -= done;
        return done;
    }

    /** Forgets everything. */
    void clear() {
        parts.forEach(ByteQueue::give);
        parts.clear();
        size = 0;
    }

    private static void give(Part part) {
        if (part.bytes.length == Buffers.SIZE) {
            Buffers.give(part.bytes);
        }
    }
}
