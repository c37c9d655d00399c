package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class RemoteClockTest {

    private static final Instant OURS = Instant.parse("2026-11-24T00:00:00Z");

    private final RemoteClock clock = new RemoteClock(InstantSource.fixed(OURS));

    @Test
    void takesOverTheOthersTime() {
        assertThat(clock.correct("Tue, 24 Nov 2026 02:00:00 GMT")).isTrue();
        assertThat(clock.instant()).isEqualTo(OURS.plus(Duration.ofHours(2)));
        assertThat(clock.correct("Tue, 24 Nov 2026 02:00:01 GMT")).as("no news").isFalse();
        assertThat(clock.correct("Tue, 24 Nov 2026 00:00:02 GMT")).isTrue();
        assertThat(clock.ahead()).isZero();
    }

    @Test
    void ignoresSmallDifferencesAndWhatIsNoDate() {
        assertThat(clock.correct("Tue, 24 Nov 2026 00:00:04 GMT")).isFalse();
        assertThat(clock.correct("yesterday")).isFalse();
        assertThat(clock.correct(null)).isFalse();
        assertThat(clock.instant()).isEqualTo(OURS);
    }
}
