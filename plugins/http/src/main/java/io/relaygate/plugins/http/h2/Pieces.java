package io.relaygate.plugins.http.h2;

import io.relaygate.plugins.http.wire.Buffers;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has come of one stream and is not passed on yet. The window bounds how much that is; so many small frames must not take
 * more memory than few large ones. Not thread safe.
 */
final class Pieces {

    /** Smaller ones are put together; larger ones have one of the route's buffers, a few times as large at most. */
    private static final int SMALL = 4096;

    /** Some bytes, from the front of an array. */
    static final class Piece {
        private final byte[] bytes;
        private int length;

        private Piece(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        private boolean takes(ByteBuffer data) {
            return bytes.length - length >= data.remaining();
        }

        private void add(ByteBuffer data) {
            int more = data.remaining();
            data.get(bytes, length, more);
            length += more;
        }
    }

    private final Buffers buffers;
    private final Deque<Piece> all = new ArrayDeque<>();

    Pieces(Buffers buffers) {
        this.buffers = buffers;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Adds bytes, no more than a frame has. */
    void add(ByteBuffer data) {
        Piece last = all.peekLast();
        if (last == null || !last.takes(data)) {
            last = new Piece(data.remaining() < SMALL ? new byte[SMALL] : data.remaining() > Buffers.SIZE ? new byte[data.remaining()] : buffers.take());
            all.add(last);
        }
        last.add(data);
    }

    /** The first; nothing is added to it any more. */
    Piece next() {
        return all.remove();
    }

    /** Nobody wants them; says how many bytes they were. */
    int drop() {
        int bytes = 0;
        for (Piece piece : all) {
            bytes += piece.length();
            buffers.give(piece.bytes());
        }
        all.clear();
        return bytes;
    }
}
