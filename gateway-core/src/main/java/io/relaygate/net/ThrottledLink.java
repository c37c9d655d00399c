package io.relaygate.net;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A link whose bytes, those of both directions together, are bound by rates. It delays and never drops: a pump that comes before
 * its turn waits, without a buffer, and so the peer waits too. {@link #abort}, {@link #close} and the deadline end such
 * a wait at once. A link without a rate is never one of these.
 */
public final class ThrottledLink extends FilterLink {

    /** Into how many pieces the bytes of a second are cut at least, so that they flow. */
    private static final int PIECES = 16;

    private static final int SMALLEST = 512;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final List<ByteRate> rates;
    private final int piece;
    private final Turn reads = new Turn();
    private final Turn writes = new Turn();

    /** Guards what follows, and those who wait are on it. */
    private final Object waits = new Object();

    private boolean over;
    private @Nullable Instant deadline;

    /** From when on one direction may go on; used by the one thread that reads, or writes. */
    private static final class Turn {
        private long from = System.nanoTime();
    }

    private ThrottledLink(Link under, List<ByteRate> rates) {
        super(under);
        this.rates = List.copyOf(rates);
        long slowest = rates.stream().mapToLong(ByteRate::perSecond).min().orElseThrow();
        this.piece = Math.clamp(slowest / PIECES, SMALLEST, Buffers.PAYLOAD);
    }

    /** A link that is bound by some rates; the same link, if there are none. */
    public static Link of(Link link, List<ByteRate> rates) {
        return rates.isEmpty() ? link : new ThrottledLink(link, rates);
    }

    /**
     * Waits for a direction's turn; false if the limit passed first. How the link has ended meanwhile, the link below says.
     *
     * @throws SocketTimeoutException if the deadline passed first
     */
    private boolean await(Turn turn, Duration limit) throws SocketTimeoutException {
        if (turn.from - System.nanoTime() <= 0) {
            return true;
        }
        Wait wait = new Wait(limit);
        synchronized (waits) {
            while (true) {
                long toTurn = turn.from - System.nanoTime();
                if (toTurn <= 0 || over) {
                    return true;
                }
                long left = Math.min(toTurn, untilDeadline());
                if (left <= 0) {
                    throw new SocketTimeoutException("the deadline passed before its turn came");
                }
                if (wait.over()) {
                    return false;
                }
                try {
                    Duration longest = wait.left().compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.left();
                    waits.wait(1 + Math.min(left, longest.toNanos()) / 1_000_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts our threads", e);
                }
            }
        }
    }

    /** In nanoseconds. */
    private long untilDeadline() {
        if (deadline == null) {
            return Long.MAX_VALUE;
        }
        Duration left = Duration.between(Instant.now(), deadline);
        return left.compareTo(LONGEST_WAIT) > 0 ? Long.MAX_VALUE : left.toNanos();
    }

    private void gone(Turn turn, int bytes) {
        for (ByteRate rate : rates) {
            long next = rate.gone(bytes);
            if (next - turn.from > 0) {
                turn.from = next;
            }
        }
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        Wait wait = new Wait(limit);
        return await(reads, limit) && under.awaitReadable(wait.left());
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        if (!await(reads, limit)) {
            return 0;
        }
        int n = under.read(into, offset, Math.min(length, piece), limit);
        if (n > 0) {
            gone(reads, n);
        }
        return n;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int sent = 0;
        do {
            int n = Math.min(piece, length - sent);
            await(writes, FOREVER);
            under.write(bytes, offset + sent, n);
            gone(writes, n);
            sent += n;
        } while (sent < length);
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        await(writes, FOREVER);
        under.write(head, bytes, offset, length);
        gone(writes, head.length + length);
    }

    @Override
    public int writeSize() {
        return Math.min(piece, under.writeSize());
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        under.deadline(instant);
        synchronized (waits) {
            deadline = instant;
            waits.notifyAll();
        }
    }

    @Override
    public void abort() {
        under.abort();
        end();
    }

    @Override
    public void close() {
        under.close();
        end();
    }

    private void end() {
        synchronized (waits) {
            over = true;
            waits.notifyAll();
        }
    }
}
