package io.relaygate.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt, for ever: full jitter below a ceiling that doubles, at most 2 s in the
 * first two minutes of an outage and 30 s after that. One thread.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration EARLY_CEILING = Duration.ofSeconds(2);
    private static final Duration LATE_CEILING = Duration.ofSeconds(30);
    private static final Duration EARLY = Duration.ofMinutes(2);
    private static final int MAX_DOUBLINGS = 10;

    /** What has been up for less is part of the outage, or a relay that drops us at once would be stormed. */
    private static final Duration STABLE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Instant outageSince;
    private @Nullable Instant upSince;
    private int failures;

    Backoff(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** An attempt has succeeded. */
    void succeeded() {
        upSince = clock.instant();
    }

    /** An attempt has failed, or what had succeeded is lost: how long to wait. */
    Duration next() {
        Instant now = clock.instant();
        if (upSince != null && !upSince.plus(STABLE).isAfter(now)) {
            outageSince = null;
            failures = 0;
        }
        upSince = null;
        if (outageSince == null) {
            outageSince = now;
        }
        boolean early = outageSince.plus(EARLY).isAfter(now);
        Duration ceiling = FIRST.multipliedBy(1L << Math.min(failures++, MAX_DOUBLINGS));
        Duration limit = early ? EARLY_CEILING : LATE_CEILING;
        long millis = (ceiling.compareTo(limit) < 0 ? ceiling : limit).toMillis();
        return Duration.ofMillis(random.nextLong(millis + 1));
    }
}
