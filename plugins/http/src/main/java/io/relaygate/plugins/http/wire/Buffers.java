package io.relaygate.plugins.http.wire;

import java.util.ArrayDeque;
import java.util.Deque;

/** Buffers that nobody uses: connections that wait have none. Any thread. */
public final class Buffers {

    /** Bytes of each: as many as a record of TLS has. */
    public static final int SIZE = 16 * 1024;

    private static final int MOST = 256;

    private final Deque<byte[]> unused = new ArrayDeque<>();

    /** One to be used. */
    public synchronized byte[] take() {
        byte[] last = unused.pollLast();
        return last == null ? new byte[SIZE] : last;
    }

    /** One that is not used any more. */
    public synchronized void give(byte[] buffer) {
        if (buffer.length == SIZE && unused.size() < MOST) {
            unused.addLast(buffer);
        }
    }
}
