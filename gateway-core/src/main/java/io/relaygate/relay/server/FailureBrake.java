package io.relaygate.relay.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down sources whose handshakes keep failing: some official clients answer every failure with two new attempts at
 * once. A source is an address, or somebody at an address. The first failures are answered at once, so that a person who sets
 * something up need not wait; those after them one after the other, since each answer to such a client brings two more, and the
 * slower the more wait: a few gateways with a wrong key still hear in time what is wrong. Any thread.
 */
final class FailureBrake {

    private static final int FREE = 10;
    private static final Duration LEAST_STEP = Duration.ofMillis(50);
    private static final Duration MOST_STEP = Duration.ofSeconds(5);
    /** As many may wait before the steps grow. */
    private static final int FEW = 32;
    /** The longest wait, however many wait before. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final int MAX_SOURCES = 4096;

    private final InstantSource clock;
    private final Map<String, Failures> sources = new LinkedHashMap<>();

    FailureBrake(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What is known of a source.
     *
     * @param answered when the latest failure is answered
     */
    private record Failures(int count, Instant last, Instant answered) {}

    /** Counts a failed handshake: how long to keep the source waiting for the answer. */
    synchronized Duration failed(String source) {
        int count = recent(source) + 1;
        Instant now = clock.instant();
        // Removed first, so that the oldest failure stays the first of the map.
        Failures before = sources.remove(source);
        Instant turn = before == null || count == 1 || before.answered().isBefore(now) ? now : before.answered();
        Duration waited = Duration.between(now, turn);
        Duration delay = count <= FREE ? Duration.ZERO : min(LONGEST, waited.plus(step(waited)));
        sources.put(source, new Failures(count, now, now.plus(delay)));
        if (sources.size() > MAX_SOURCES) {
            sources.remove(sources.keySet().iterator().next());
        }
        return delay;
    }

    private static Duration step(Duration waited) {
        Duration share = waited.dividedBy(FEW);
        return share.compareTo(LEAST_STEP) < 0 ? LEAST_STEP : min(MOST_STEP, share);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
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
