package io.relaygate.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of RFC 6455 section 5.3: every byte is XORed with one of four key bytes in turn. */
final class Mask {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /**
     * Copies bytes and masks or unmasks them on the way.
     *
     * @param key the key whose first byte, the most significant one, is for the first byte here
     * @param to may be {@code from} at the same offset
     */
    static void copy(byte[] from, int fromOffset, byte[] to, int toOffset, int length, int key) {
        long wide = ((key & 0xffffffffL) << 32) | (key & 0xffffffffL);
        int i = 0;
        for (int end = length - 31; i < end; i += 32) {
            int f = fromOffset + i;
            int t = toOffset + i;
            long a = (long) LONGS.get(from, f) ^ wide;
            long b = (long) LONGS.get(from, f + 8) ^ wide;
            long c = (long) LONGS.get(from, f + 16) ^ wide;
            long d = (long) LONGS.get(from, f + 24) ^ wide;
            LONGS.set(to, t, a);
            LONGS.set(to, t + 8, b);
            LONGS.set(to, t + 16, c);
            LONGS.set(to, t + 24, d);
        }
        for (; i < length; i++) {
            to[toOffset + i] = (byte) (from[fromOffset + i] ^ (key >>> (24 - 8 * (i & 3))));
        }
    }

    /** The key for the bytes that follow the first {@code done} ones. */
    static int advanced(int key, long done) {
        return Integer.rotateLeft(key, 8 * (int) (done & 3));
    }
}
