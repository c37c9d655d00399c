package io.relaygate.bench;

import java.time.Duration;

/**
 * One direction of a {@link Link}: when bytes come out of it. Connections share it, as they share a line: whatever enters
 * first leaves first. Times are those of {@link System#nanoTime}. Any thread.
 */
final class Pace {

    /** What waits to be sent, at most, as in a router: more than this, and who wants to send has to wait. */
    private static final Duration QUEUE = Duration.ofMillis(100);

    private static final double BITS_TO_NANOS = 1e3;
    /** So small a piece that others do not wait for it long, and so large that it is worth while. */
    private static final int LEAST_PORTION = 1500;

    private static final int MOST_PORTION = 128 * 1024;
    private static final double BYTES_PER_MILLISECOND = 125;

    private final long delay;
    private final double nanosPerByte;
    private final int portion;
    private long free;

    Pace(Link link, long now) {
        this.delay = link.roundTrip().toNanos() / 2;
        this.nanosPerByte = link.megabits() == 0 ? 0 : 8 * BITS_TO_NANOS / link.megabits();
        this.portion = link.megabits() == 0
                ? MOST_PORTION
                : (int) Math.clamp(link.megabits() * BYTES_PER_MILLISECOND, LEAST_PORTION, MOST_PORTION);
        this.free = now;
    }

    /** How many bytes may enter at once. */
    int portion() {
        return portion;
    }

    /** Lets bytes enter, and says when they come out. */
    synchronized long enter(int bytes, long now) {
        free = Math.max(free - now, 0) + now + Math.round(bytes * nanosPerByte);
        return free + delay;
    }

    /** From when on there is room for more. */
    synchronized long roomFrom() {
        return free - QUEUE.toNanos();
    }
}
