package io.relaygate.plugins.http.wire;

import java.util.ArrayDeque;
import java.util.Deque;

/** Buffers that nobody uses: connections that wait have none. Any thread. */
public final class Buffers {

    /** Bytes of each: as many as a record of TLS has. */
    public static final int SIZE = 16 * 1024;

    /** Bytes of those for bodies that come faster than they are read. */
    static final int LARGE = 4 * SIZE;

    private static final int MOST = 256;
    private static final int MOST_LARGE = 64;

    private final Deque<byte[]> unused = new ArrayDeque<>();
    private final Deque<byte[]> unusedLarge = new ArrayDeque<>();

    /** One to be used. */
    public byte[] take() {
        return take(unused, SIZE);
    }

    byte[] takeLarge() {
        return take(unusedLarge, LARGE);
    }

    private synchronized byte[] take(Deque<byte[]> from, int size) {
        byte[] last = from.pollLast();
        return last == null ? new byte[size] : last;
    }

    /** One that is not used any more. */
    public synchronized void give(byte[] buffer) {
        if (buffer.length == SIZE && unused.size() < MOST) {
            unused.addLast(buffer);
        } else if (buffer.length == LARGE && unusedLarge.size() < MOST_LARGE) {
            unusedLarge.addLast(buffer);
        }
    }
}
