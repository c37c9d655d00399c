package io.relaygate.tunnel;

/** How fast the peer has been taking a lane's bytes of late. Guarded by the lane's lock. */
final class Rate {

    /** What is measured over less tells nothing. */
    private static final long LEAST_WINDOW = 5_000_000;

    private static final double WEIGHT = 0.25;

    private long windowBegan;
    private long windowBytes;
    private double bytesPerNano;

    /**
     * The peer has taken some bytes.
     *
     * @param now nanoseconds
     */
    void taken(long bytes, long now) {
        windowBytes += bytes;
        long time = now - windowBegan;
        if (time < LEAST_WINDOW) {
            return;
        }
        double measured = (double) windowBytes / time;
        // A lane that had nothing to say has not become slower.
        boolean idle = time > 20 * LEAST_WINDOW && measured < bytesPerNano;
        bytesPerNano = idle ? bytesPerNano : bytesPerNano + WEIGHT * (measured - bytesPerNano);
        windowBegan = now;
        windowBytes = 0;
    }

    /** How many bytes it takes in some nanoseconds. */
    long bytesIn(long nanos) {
        return (long) (bytesPerNano * nanos);
    }
}
