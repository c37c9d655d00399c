package io.relaygate.bench;

import java.util.Arrays;

/** How long each of some things took. */
final class Lap {

    private final long[] nanos;
    private int count;
    private long begun;

    Lap(int most) {
        nanos = new long[most];
    }

    void begin() {
        begun = System.nanoTime();
    }

    void end() {
        nanos[count++] = System.nanoTime() - begun;
    }

    /** What so many percent of them did not exceed. */
    double micros(int percent) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return PingPong.percentile(sorted, count, percent) / 1e3;
    }
}
