package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** An allowance lets so much through at once and so much more every second. */
class AllowanceTest {

    private static final long SECOND = 1_000_000_000;
    private final long began = Long.sum(Long.MAX_VALUE, -SECOND);

    private final Allowance allowance = new Allowance(10, 4, began);

    private int taken(long now) {
        int n = 0;
        while (allowance.take(now)) {
            n++;
        }
        return n;
    }

    @Test
    void soMuchMayComeAtOnce() {
        assertThat(taken(began)).isEqualTo(10);
    }

    @Test
    void everySecondBringsMoreHoweverOftenItIsTried() {
        taken(began);
        int n = 0;
        for (long now = began; now - began <= 3 * SECOND; now += SECOND / 1000) {
            n += taken(now);
        }
        assertThat(n).isEqualTo(12);
    }

    @Test
    void neverMoreThanTheMost() {
        taken(began);
        assertThat(taken(began + 1_000_000 * SECOND)).isEqualTo(10);
        assertThat(taken(began + Long.MAX_VALUE)).isEqualTo(10);
    }
}
