package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private Instant now = Instant.parse("2026-11-24T00:00:00Z");

    /** A generator that always gives the most, or the least. */
    private static RandomGenerator always(boolean most) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("the bound must be given");
            }

            @Override
            public long nextLong(long bound) {
                return most ? bound - 1 : 0;
            }
        };
    }

    @Test
    void waitsAtMostTwoSecondsInTheFirstTwoMinutesAndThirtyAfterThat() {
        Backoff backoff = new Backoff(() -> now, always(true));
        Instant start = now;
        while (Duration.between(start, now).compareTo(Duration.ofSeconds(5)) < 0) {
            Duration wait = backoff.next();
            assertThat(wait).as("in the first seconds").isEqualTo(Duration.ofMillis(250));
            now = now.plus(wait);
        }
        Duration longestEarly = Duration.ZERO;
        int attempts = 0;
        while (Duration.between(start, now).compareTo(Duration.ofMinutes(2)) < 0) {
            Duration wait = backoff.next();
            longestEarly = wait.compareTo(longestEarly) > 0 ? wait : longestEarly;
            now = now.plus(wait);
            attempts++;
        }
        assertThat(longestEarly).isEqualTo(Duration.ofSeconds(2));
        assertThat(attempts).isBetween(57, 60);
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30));
        now = now.plus(Duration.ofDays(3));
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void usesTheWholeRangeForJitter() {
        Backoff backoff = new Backoff(() -> now, always(false));
        assertThat(backoff.next()).isZero();
        assertThat(backoff.next()).isZero();
    }

    @Test
    void beginsAnewAfterAStableTimeOnly() {
        Backoff backoff = new Backoff(() -> now, always(true));
        backoff.next();
        now = now.plusSeconds(10);
        backoff.next();
        backoff.succeeded();
        now = now.plusSeconds(1);
        assertThat(backoff.next()).as("dropped at once").isEqualTo(Duration.ofSeconds(2));
        backoff.succeeded();
        now = now.plusSeconds(5);
        assertThat(backoff.next()).as("was up for a while").isEqualTo(Duration.ofMillis(250));
    }
}
