package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes between two connections, both ways, until both have ended or one has failed. The end of one side is
 * passed on as the end of that direction alone wherever the other side can carry it; a failure of one side aborts the
 * other, so that nobody takes it for an end. Where one side cannot end a single direction (TLS 1.2), the end of either
 * side ends both.
 */
public final class Splice {

    /** The buffers that a splice holds at the most: one for each direction. An idle one holds none. */
    public static final int HELD = 2 * Buffers.SIZE;

    /** One of the two connections. */
    public enum Side {
        /** The first. */
        A,
        /** The second. */
        B
    }

    /**
     * How it went.
     *
     * @param aToB how many bytes went from A to B
     * @param bToA how many bytes went from B to A
     * @param decisive which side broke, or ended first if none broke
     * @param failure what broke, or null if both sides ended
     */
    public record Outcome(long aToB, long bToA, Side decisive, @Nullable IOException failure) {}

    private final Connection a;
    private final Connection b;
    private final Threads threads;
    private final Pump there;
    private final Pump back;
    /** Whether everything is over, so that what breaks now does not matter. */
    private boolean over;
    private @Nullable Side decisive;
    private @Nullable IOException failure;

    /** A splice that has not begun. */
    public Splice(Connection a, Connection b, Threads threads) {
        this.a = a;
        this.b = b;
        this.threads = threads;
        this.there = new Pump(a, b, threads);
        this.back = new Pump(b, a, threads);
    }

    /** Makes a splice and runs it. */
    public static Outcome run(Connection a, Connection b, Threads threads) {
        return new Splice(a, b, threads).run();
    }

    /** Copies on the calling thread and one more. The connections are not closed, but aborted after a failure. */
    public Outcome run() {
        Thread other = threads.start(Thread.currentThread().getName() + "-back", () -> carry(back, Side.B));
        carry(there, Side.A);
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return new Outcome(there.bytes(), back.bytes(), decisive == null ? Side.A : decisive, failure);
        }
    }

    /** How many bytes have gone from A to B so far. */
    public long aToB() {
        return there.bytes();
    }

    /** How many bytes have gone from B to A so far. */
    public long bToA() {
        return back.bytes();
    }

    private void carry(Pump pump, Side source) {
        Side target = source == Side.A ? Side.B : Side.A;
        try {
            Pump.End end = pump.run();
            switch (end) {
                case SOURCE_ENDED -> ended(source);
                case SOURCE_BROKE -> broke(source, pump.failure());
                case TARGET_BROKE -> broke(target, pump.failure());
            }
        } catch (RuntimeException | Error e) {
            broke(source, new IOException("a defect in the splice", e));
            throw e;
        }
    }

    private void ended(Side side) {
        boolean halves = a.canFinish() && b.canFinish();
        synchronized (this) {
            if (decisive == null) {
                decisive = side;
            }
            over |= !halves;
        }
        if (halves) {
            try {
                (side == Side.A ? b : a).finish();
            } catch (IOException e) {
                broke(side == Side.A ? Side.B : Side.A, e);
            }
        } else {
            a.close();
            b.close();
        }
    }

    /** The first failure counts; what breaks afterwards broke because of it. */
    private void broke(Side side, IOException why) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            decisive = side;
            failure = why;
        }
        a.abort();
        b.abort();
    }
}
