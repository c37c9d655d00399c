package io.relaygate.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that has passed, as an instant that means nothing else: it is not moved by a wall clock that is set back, and goes on while a machine
 * sleeps, when the monotonic clock stands still. So nothing that ages by it is believed to be younger than it is. Any thread.
 */
final class ElapsedTime implements InstantSource {

    private long monotonic = System.nanoTime();
    private Instant wall = Instant.now();
    private Instant now = Instant.EPOCH;

    @Override
    public synchronized Instant instant() {
        long nanos = System.nanoTime();
        Instant seen = Instant.now();
        Duration passed = Duration.ofNanos(nanos - monotonic);
        Duration shown = Duration.between(wall, seen);
        now = now.plus(passed.compareTo(shown) > 0 ? passed : shown);
        monotonic = nanos;
        wall = seen;
        return now;
    }
}
