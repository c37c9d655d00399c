package io.relaygate.net;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * So many bytes in a second, for all links that share it. Bytes are counted when they have gone; whoever has had more than
 * its turn waits before the next ones. It is a clock that runs ahead with the bytes (the leaky bucket as a meter, ITU-T I.371),
 * so that nothing has to tick. Any thread.
 */
public final class ByteRate {

    /** After a silence, what goes in so much time goes at once. */
    private static final long BURST = Duration.ofMillis(250).toNanos();

    private static final double SECOND = 1e9;

    private final LongSupplier clock;
    private long perSecond;
    private long paid;

    /** A rate of at least 1. */
    public ByteRate(long perSecond) {
        this(perSecond, System::nanoTime);
    }

    ByteRate(long perSecond, LongSupplier clock) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.paid = clock.getAsLong() - BURST;
    }

    /** Changes the rate; what has gone is paid at the old one. */
    public synchronized void change(long toPerSecond) {
        perSecond = toPerSecond;
    }

    synchronized long perSecond() {
        return perSecond;
    }

    /**
     * Some bytes have gone.
     *
     * @return until when to wait before the next ones, by {@link System#nanoTime}
     */
    synchronized long gone(long bytes) {
        long now = clock.getAsLong();
        if (now - paid > BURST) {
            paid = now - BURST;
        }
        paid += (long) (bytes * SECOND / perSecond);
        return paid;
    }
}
