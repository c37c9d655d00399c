package io.relaygate.net;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An array with bytes that several may need at once, none of whom changes them. The last one who needs it no more gives an
 * array of the pool back. Any thread.
 */
public final class Lease {

    private final byte[] bytes;
    private final boolean pooled;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Lease(byte[] bytes, boolean pooled) {
        this.bytes = bytes;
        this.pooled = pooled;
    }

    /** An array of the pool, of {@link Buffers#SIZE} bytes, which the caller needs. */
    public static Lease take() {
        return new Lease(Buffers.take(), true);
    }

    /** An array for few bytes, which is not of the pool. */
    public static Lease small(int size) {
        return new Lease(new byte[size], false);
    }

    /** The array. */
    public byte[] bytes() {
        return bytes;
    }

    /** One more needs it, until {@link #release}. */
    public void retain() {
        holders.incrementAndGet();
    }

    /** One needs it no more. */
    public void release() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than it was needed");
        }
        if (left == 0 && pooled) {
            Buffers.give(bytes);
        }
    }

    /** Whether others than the caller, who needs it, do so too: then it must not be written to. */
    public boolean shared() {
        return holders.get() > 1;
    }
}
