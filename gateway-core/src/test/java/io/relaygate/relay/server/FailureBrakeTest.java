package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class FailureBrakeTest {

    private Instant now = Instant.parse("2026-11-24T00:00:00Z");
    private final FailureBrake brake = new FailureBrake(() -> now);

    @Test
    void slowsDownASourceAndNotItsNeighbours() {
        for (int i = 0; i < 10; i++) {
            assertThat(brake.failed("192.0.2.1")).isZero();
            assertThat(brake.slows("192.0.2.1")).isFalse();
        }
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMillis(50));
        assertThat(brake.slows("192.0.2.1")).isTrue();
        assertThat(brake.slows("192.0.2.2")).isFalse();
        assertThat(brake.failed("192.0.2.2")).isZero();
    }

    @Test
    void answersOneAfterTheOtherAndTheMoreWaitTheSlower() {
        for (int i = 0; i < 10; i++) {
            brake.failed("192.0.2.1");
        }
        Duration before = Duration.ZERO;
        for (int i = 1; i <= 33; i++) {
            Duration delay = brake.failed("192.0.2.1");
            assertThat(delay).as("the %d. that waits", i).isEqualTo(before.plusMillis(50));
            before = delay;
        }
        Duration step = Duration.ofMillis(50);
        while (step.toSeconds() < 5) {
            Duration delay = brake.failed("192.0.2.1");
            assertThat(delay.minus(before)).isGreaterThan(step);
            step = delay.minus(before);
            before = delay;
        }
        assertThat(brake.failed("192.0.2.1")).isEqualTo(before.plusSeconds(5));
        for (int i = 0; i < 1000; i++) {
            brake.failed("192.0.2.1");
        }
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMinutes(10));
    }

    /** A gateway has two control channels, and asks again and again with a key that is wrong. */
    @Test
    void aFewGatewaysThatKeepFailingHearWithinASecondOrTwoWhatIsWrong() {
        PriorityQueue<Instant> answers = new PriorityQueue<>();
        for (int i = 0; i < 20; i++) {
            answers.add(now);
        }
        for (int i = 0; i < 2000; i++) {
            now = Objects.requireNonNull(answers.poll()).plusMillis(100);
            Duration delay = brake.failed("192.0.2.1");
            assertThat(delay).isLessThan(Duration.ofSeconds(2));
            answers.add(now.plus(delay));
        }
    }

    @Test
    void forgivesAfterAMinute() {
        for (int i = 0; i < 20; i++) {
            brake.failed("192.0.2.1");
        }
        now = now.plusSeconds(61);
        assertThat(brake.slows("192.0.2.1")).isFalse();
        assertThat(brake.failed("192.0.2.1")).isZero();
    }

    @Test
    void remembersABoundedNumberOfSources() {
        for (int i = 0; i < 20; i++) {
            brake.failed("first");
        }
        for (int i = 0; i < 5000; i++) {
            brake.failed("source-" + i);
        }
        assertThat(brake.slows("first")).as("the oldest is forgotten").isFalse();
    }
}
