package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailureBrakeTest {

    private Instant now = Instant.parse("2026-11-24T00:00:00Z");
    private final FailureBrake brake = new FailureBrake(() -> now);

    @Test
    void slowsASourceDownMoreAndMoreButNotItsNeighbours() {
        for (int i = 0; i < 10; i++) {
            assertThat(brake.failed("192.0.2.1")).isZero();
            assertThat(brake.slows("192.0.2.1")).isFalse();
        }
        assertThat(fails("192.0.2.1")).isEqualTo(Duration.ofMillis(50));
        assertThat(fails("192.0.2.1")).isEqualTo(Duration.ofMillis(100));
        for (int i = 0; i < 20; i++) {
            fails("192.0.2.1");
        }
        assertThat(fails("192.0.2.1")).isEqualTo(Duration.ofSeconds(5));
        assertThat(brake.slows("192.0.2.1")).isTrue();
        assertThat(brake.slows("192.0.2.2")).isFalse();
        assertThat(brake.failed("192.0.2.2")).isZero();
    }

    /** Fails, and waits for the answer. */
    private Duration fails(String source) {
        Duration wait = brake.failed(source);
        now = now.plus(wait);
        return wait;
    }

    @Test
    void answersOneAfterTheOtherHoweverManyFailAtOnce() {
        for (int i = 0; i < 16; i++) {
            fails("192.0.2.1");
        }
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMillis(3200));
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMillis(8200));
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMillis(13_200));
        for (int i = 0; i < 1000; i++) {
            brake.failed("192.0.2.1");
        }
        assertThat(brake.failed("192.0.2.1")).isEqualTo(Duration.ofMinutes(10));
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
