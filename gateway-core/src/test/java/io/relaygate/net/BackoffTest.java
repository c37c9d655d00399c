package io.relaygate.net;

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
        for (int i = 0; i < 40; i++) {
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
        assertThat(attempts).isEqualTo(55);
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
    void relayThatLetsUsInIsNotOut() {
        Backoff backoff = new Backoff(() -> now, always(true));
        for (int i = 0; i < 200; i++) {
            backoff.succeeded();
            assertThat(backoff.justUp()).isTrue();
            now = now.plusMillis(500);
            assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(2));
            now = now.plusSeconds(2);
            assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        }
        assertThat(backoff.late()).isFalse();
    }

    @Test
    void triesMoreOftenAgainWhenSomebodyWaits() {
        Backoff backoff = new Backoff(() -> now, always(true));
        for (int i = 0; i < 40; i++) {
            backoff.next();
        }
        now = now.plus(Duration.ofMinutes(3));
        assertThat(backoff.late()).isTrue();
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30));
        backoff.hurry();
        assertThat(backoff.late()).isFalse();
        assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void beginsAnewAfterAStableTimeOnly() {
        Backoff backoff = new Backoff(() -> now, always(true));
        for (int i = 0; i < 40; i++) {
            backoff.next();
        }
        backoff.succeeded();
        now = now.plusMillis(900);
        assertThat(backoff.next()).as("dropped at once").isEqualTo(Duration.ofSeconds(2));
        backoff.succeeded();
        now = now.plusSeconds(1);
        assertThat(backoff.next()).as("was up for a while").isEqualTo(Duration.ofMillis(250));
    }
}
