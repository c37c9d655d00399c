package io.relaygate.net;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt, for ever: full jitter below a ceiling, 250 ms for the first forty attempts,
 * since most relays are back within seconds, then 2 s until an outage has lasted for two minutes, and 30 s after that. One
 * thread at a time.
 */
public final class Backoff {

    private static final Duration FIRST_CEILING = Duration.ofMillis(250);
    private static final Duration EARLY_CEILING = Duration.ofSeconds(2);
    private static final Duration LATE_CEILING = Duration.ofSeconds(30);
    private static final Duration EARLY = Duration.ofMinutes(2);
    private static final int FIRST_ATTEMPTS = 40;

    /** Whoever drops us sooner would be stormed if the next attempt came as soon as after a long time. */
    private static final Duration STABLE = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final RandomGenerator random;
    private @Nullable Instant outageSince;
    private @Nullable Instant upSince;
    private int failures;

    /** Nothing has been attempted yet. */
    public Backoff(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** An attempt has succeeded. */
    public void succeeded() {
        upSince = clock.instant();
        // Whoever lets us in, for however long, is not out.
        outageSince = null;
    }

    /** Whether what succeeded last has been up for a moment only. */
    public boolean justUp() {
        return upSince != null && upSince.plus(STABLE).isAfter(clock.instant());
    }

    /** An attempt has failed, or what had succeeded is lost: how long to wait. */
    public Duration next() {
        if (upSince != null && !justUp()) {
            failures = 0;
        }
        upSince = null;
        if (outageSince == null) {
            outageSince = clock.instant();
        }
        boolean first = failures < FIRST_ATTEMPTS;
        failures += first ? 1 : 0;
        Duration ceiling = late() ? LATE_CEILING : first ? FIRST_CEILING : EARLY_CEILING;
        return Duration.ofMillis(random.nextLong(ceiling.toMillis() + 1));
    }

    /** Whether the outage has lasted for so long that attempts are rare. */
    public boolean late() {
        return outageSince != null && !outageSince.plus(EARLY).isAfter(clock.instant());
    }

    /** Somebody waits: attempts are as frequent as early in an outage. */
    public void hurry() {
        if (late()) {
            outageSince = clock.instant();
        }
    }
}
