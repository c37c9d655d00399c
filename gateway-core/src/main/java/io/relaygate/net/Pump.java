package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Splice}. Holds a buffer only while bytes come: after a short silence it gives the buffer
 * back and waits without one. While bytes come quickly it runs on a platform thread, if one is to be had, and after
 * some seconds of silence goes back to its virtual one.
 */
final class Pump {

    /** How a pump ended. */
    enum End {
        SOURCE_ENDED,
        SOURCE_BROKE,
        TARGET_BROKE
    }

    /** How long the buffer is kept for bytes to come; a source that pauses for longer is not busy. */
    private static final Duration HOLD = Duration.ofMillis(20);

    /** How long a platform thread is kept for bytes to come. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    /** How many reads without a pause make a pump busy. */
    private static final int BUSY_AFTER = 8;

    private enum Next {
        BUSY,
        IDLE,
        OVER
    }

    private final Connection from;
    private final Connection to;
    private final Threads threads;
    private final AtomicLong bytes = new AtomicLong();
    private @Nullable End end;
    private @Nullable IOException failure;

    Pump(Connection from, Connection to, Threads threads) {
        this.from = from;
        this.to = to;
        this.threads = threads;
    }

    /** How many bytes were carried so far. */
    long bytes() {
        return bytes.get();
    }

    /** What broke. */
    IOException failure() {
        return failure == null ? new IOException("no failure") : failure;
    }

    /** Copies until the source has ended or one of the two has broken; called once. */
    End run() {
        int size = to instanceof Link link ? Math.min(Buffers.PAYLOAD, link.writeSize()) : Buffers.PAYLOAD;
        int busyAfter = BUSY_AFTER;
        while (end == null) {
            if (copy(size, busyAfter, Connection.FOREVER) == Next.BUSY) {
                boolean ran = threads.runBusy(() -> copy(size, Integer.MAX_VALUE, IDLE));
                // With no thread to be had, ask again, but less and less often.
                busyAfter = ran ? BUSY_AFTER : Math.min(2 * busyAfter, 1 << 16);
            }
        }
        return end;
    }

    /**
     * Copies until the pump has ended, {@code busyAfter} reads came without a pause, or nothing came for the time of
     * {@code idle}.
     */
    private Next copy(int size, int busyAfter, Duration idle) {
        boolean waits = true;
        int streak = 0;
        try (Piecewise pieces = new Piecewise(from, to, size)) {
            while (true) {
                int n;
                try {
                    if (waits && !from.awaitReadable(idle)) {
                        return Next.IDLE;
                    }
                    n = pieces.read(HOLD);
                } catch (IOException e) {
                    return over(End.SOURCE_BROKE, e);
                }
                if (n < 0) {
                    return over(End.SOURCE_ENDED, null);
                }
                waits = n == 0;
                if (waits) {
                    streak = 0;
                    continue;
                }
                try {
                    pieces.write();
                } catch (IOException e) {
                    return over(End.TARGET_BROKE, e);
                }
                bytes.addAndGet(n);
                if (++streak >= busyAfter) {
                    return Next.BUSY;
                }
            }
        }
    }

    private Next over(End how, @Nullable IOException why) {
        failure = why;
        end = how;
        return Next.OVER;
    }
}
