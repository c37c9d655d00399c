package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.net.Lease;
import io.relaygate.net.LeasingLink;
import io.relaygate.net.LeasingLink.Piece;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Bytes that have arrived and wait to be read: little memory for few bytes, arrays of the pool for many. */
final class ByteQueue {

    private static final int SMALL = 2048;

    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private int size;

    private static final class Part {
        final Lease lease;
        final int room;
        int from;
        int to;

        Part(Lease lease, int from, int to, int room) {
            this.lease = lease;
            this.from = from;
            this.to = to;
            this.room = room;
        }
    }

    int size() {
        return size;
    }

    /** Appends bytes of an array that does not change until it is released; many are not copied. */
    void append(Lease lease, int offset, int length) {
        if (length >= LeasingLink.WORTHWHILE) {
            lease.retain();
            parts.addLast(new Part(lease, offset, offset + length, 0));
            size += length;
        } else {
            append(lease.bytes(), offset, length);
        }
    }

    /** Appends a copy of some bytes. */
    void append(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            Part last = parts.peekLast();
            if (last == null || last.to >= last.room) {
                int few = Math.max(64, length - done);
                last = few <= SMALL ? new Part(Lease.small(few), 0, 0, few) : new Part(Lease.take(), 0, 0, Buffers.SIZE);
                parts.addLast(last);
            }
            int n = Math.min(length - done, last.room - last.to);
            System.arraycopy(bytes, offset + done, last.lease.bytes(), last.to, n);
            last.to += n;
            done += n;
        }
        size += length;
    }

    /** Takes the first bytes that lie side by side; null if there are none. The caller releases their lease. */
    @Nullable Piece take() {
        Part first = parts.pollFirst();
        if (first == null) {
            return null;
        }
        size -= first.to - first.from;
        return new Piece(first.lease, first.from, first.to - first.from);
    }

    /** Takes at most so many bytes; returns how many. */
    int take(byte[] into, int offset, int length) {
        int done = 0;
        while (done < length && !parts.isEmpty()) {
            Part first = parts.peekFirst();
            int n = Math.min(length - done, first.to - first.from);
            System.arraycopy(first.lease.bytes(), first.from, into, offset + done, n);
            first.from += n;
            done += n;
            if (first.from == first.to) {
                parts.removeFirst();
                first.lease.release();
            }
        }
        size -= done;
        return done;
    }

    /** Forgets everything. */
    void clear() {
        parts.forEach(part -> part.lease.release());
        parts.clear();
        size = 0;
    }
}
