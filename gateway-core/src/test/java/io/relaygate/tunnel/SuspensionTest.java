package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A machine that was suspended is told from one whose clock is set, and its carriers are given up. */
class SuspensionTest {

    private long millis = 1_000_000_000;
    private long nanos = -5;
    private final Suspension suspension = new Suspension(() -> millis, () -> nanos);

    private void pass(long seconds) {
        millis += TimeUnit.SECONDS.toMillis(seconds);
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void timeThatPassesOnBothClocksIsNone() {
        pass(100_000);
        assertThat(suspension.was()).isFalse();
    }

    @Test
    void timeOfDayThatRunsAheadByMoreThan30SecondsIsOne() {
        millis += 30_000;
        assertThat(suspension.was()).isFalse();
        millis += 30_001;
        assertThat(suspension.was()).isTrue();
        assertThat(suspension.was()).as("it is told once").isFalse();
    }

    @Test
    void clockThatIsCorrectedLittleByLittleOrBackIsNone() {
        for (int i = 0; i < 100; i++) {
            millis += 20_000;
            pass(1);
            assertThat(suspension.was()).isFalse();
        }
        millis -= 3_600_000;
        assertThat(suspension.was()).isFalse();
    }

    @Test
    void laneGoesOnWithoutTheCarrierThatItHadBefore() {
        PlayedEnd site = PlayedEnd.site(new Budget(1 << 20));
        Suspension.endCarrier(site.lane(), 7);
        assertThat(site.carrier().closed()).isEqualTo("the machine was suspended");
        assertThat(site.lane().state()).isEqualTo(new Lane.State.Detached(7));
        site.done();
    }
}
