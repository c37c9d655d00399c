package io.relaygate.tunnel;

/**
 * How many bytes the path to the peer and back holds: what it delivers in the time of a round trip, and a little more.
 * Bytes beyond that only queue in kernels and relays, in front of what others have to say. Measured as in BBR
 * (draft-ietf-ccwg-bbr): the highest rate of late, the shortest round trip of late, and a short restraint now and then,
 * to see that again without the own queue. Guarded by the lane's lock. Times are nanoseconds.
 */
final class Capacity {

    /** Before anything is known. */
    private static final long FIRST = 256 * 1024;

    /** Several times what an acknowledgement waits for; with less under way it would wait for its delay. */
    private static final long LEAST = 64 * 1024;

    /** So much longer than the path takes, at the least, bytes may queue: threads that take turns need it to keep it full. */
    private static final long LEAST_QUEUE = 2_000_000;

    private static final long LONGEST_QUEUE = 25_000_000;

    /** In the beginning the rate that comes of a capacity tells little, and grows with it. */
    private static final double EAGERNESS = 2.5;

    private static final double GROWTH = 1.25;

    /** After so many rounds without growth the rate is the path's. */
    private static final int ROUNDS = 3;

    private static final long RATE_TIME = 250_000_000;
    private static final long TRIP_TIME = 5_000_000_000L;

    /** Where the bytes of this round end, or -1 between rounds. */
    private long end = -1;

    private long began;
    private boolean pressed;

    /** When the round before began and ended, and how many bytes the peer held then. */
    private long formerBegan;

    private long formerOver;
    private long held;

    private double rate;
    private double formerRate;
    private long rateSince;
    private long trip;
    private long formerTrip;
    private long tripSince;

    private double grownTo;
    private int flat;
    private boolean restrained;

    /** Nothing is known of a new path: the rate of a quick one, and the time that a slow one takes, would be a long queue. */
    void restart() {
        end = -1;
        held = 0;
        rate = 0;
        formerRate = 0;
        trip = 0;
        formerTrip = 0;
        grownTo = 0;
        flat = 0;
        restrained = false;
    }

    /** Bytes are appended, up to a position. */
    void appended(long hi, long now) {
        if (end < 0) {
            end = hi;
            began = now;
            pressed = false;
        }
    }

    /** Somebody had more to append. */
    void refused() {
        pressed = true;
    }

    /** The peer holds so many bytes. */
    void acknowledged(long count, long now) {
        if (end < 0 || count < end) {
            return;
        }
        end = -1;
        took(Math.max(1, now - began), now);
        // Acknowledgements that were held up come together, but what they are for was not sent so fast.
        long time = Math.max(now - formerOver, began - formerBegan);
        if (held > 0 && time > 0) {
            delivered((double) (count - held) / time, now);
        }
        formerBegan = began;
        formerOver = now;
        held = count;
    }

    private void took(long time, long now) {
        if (trip == 0 || now - tripSince > TRIP_TIME) {
            restrained = trip != 0;
            formerTrip = trip;
            trip = time;
            tripSince = now;
        } else {
            trip = Math.min(trip, time);
            restrained = false;
        }
    }

    private void delivered(double measured, long now) {
        // Who has little to say learns only that the path holds that.
        if (!pressed && measured < rate()) {
            return;
        }
        if (now - rateSince > RATE_TIME) {
            formerRate = rate;
            rate = measured;
            rateSince = now;
        } else {
            rate = Math.max(rate, measured);
        }
        if (rate >= GROWTH * grownTo || rate() < grownTo / 2) {
            grownTo = rate();
            flat = 0;
        } else if (pressed) {
            flat++;
        }
    }

    private double rate() {
        return Math.max(rate, formerRate);
    }

    private long trip() {
        return formerTrip == 0 ? trip : Math.min(trip, formerTrip);
    }

    /** How many bytes the peer may not hold yet. */
    long bytes() {
        if (trip == 0) {
            return FIRST;
        }
        double filled = rate() * trip();
        if (restrained) {
            return Math.max(LEAST, (long) (filled / 2));
        }
        double queued = rate() * Math.clamp(trip() / 4, LEAST_QUEUE, LONGEST_QUEUE);
        return flat < ROUNDS
                ? Math.max(FIRST, (long) (EAGERNESS * filled + queued))
                : Math.max(LEAST, (long) (filled + queued));
    }

    /** How many bytes it delivers in some nanoseconds. */
    long bytesIn(long nanos) {
        return (long) (rate() * nanos);
    }
}
