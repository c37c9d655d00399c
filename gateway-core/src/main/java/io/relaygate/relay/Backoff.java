package io.relaygate.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt, for ever: full jitter below a ceiling, 250 ms in the first seconds of an
 * outage, in which most relays are back, then 2 s until it has lasted for two minutes, and 30 s after that. One thread.
 */
final class Backoff {

    private static final Duration FIRST_CEILING = Duration.ofMillis(250);
    private static final Duration EARLY_CEILING = Duration.ofSeconds(2);
    private static final Duration LATE_CEILING = Duration.ofSeconds(30);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration EARLY = Duration.ofMinutes(2);

    /** What has been up for less is part of the outage, or a relay that drops us at once would be stormed. */
    private static final Duration STABLE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Instant outageSince;
    private @Nullable Instant upSince;

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
        }
        upSince = null;
        if (outageSince == null) {
            outageSince = now;
        }
        Duration outage = Duration.between(outageSince, now);
        Duration ceiling = outage.compareTo(FIRST) < 0
                ? FIRST_CEILING
                : outage.compareTo(EARLY) < 0 ? EARLY_CEILING : LATE_CEILING;
        return Duration.ofMillis(random.nextLong(ceiling.toMillis() + 1));
    }
}
