package io.relaygate.relay.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down sources whose handshakes keep failing: some official clients answer every failure with two new attempts at
 * once. The first failures are answered at once, so that a person who sets something up need not wait. Any thread.
 */
final class FailureBrake {

    private static final int FREE = 10;
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration MOST = Duration.ofSeconds(5);
    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final int MAX_SOURCES = 4096;

    private final InstantSource clock;
    private final Map<String, Failures> sources = new LinkedHashMap<>();

    FailureBrake(InstantSource clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant last) {}

    /** Counts a failed handshake: how long to keep the source waiting for the answer. */
    synchronized Duration failed(String source) {
        int count = recent(source) + 1;
        // Removed first, so that the oldest failure stays the first of the map.
        sources.remove(source);
        sources.put(source, new Failures(count, clock.instant()));
        if (sources.size() > MAX_SOURCES) {
            sources.remove(sources.keySet().iterator().next());
        }
        if (count <= FREE) {
            return Duration.ZERO;
        }
        Duration delay = STEP.multipliedBy(1L << Math.min(count - FREE - 1, 10));
        return delay.compareTo(MOST) < 0 ? delay : MOST;
    }

    /** Whether the source's next handshakes are to queue behind each other. */
    synchronized boolean slows(String source) {
        return recent(source) > FREE;
    }

    private int recent(String source) {
        Failures failures = sources.get(source);
        return failures == null || failures.last().plus(MEMORY).isBefore(clock.instant()) ? 0 : failures.count();
    }
}
