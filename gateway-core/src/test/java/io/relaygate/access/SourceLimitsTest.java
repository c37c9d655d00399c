package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much of a port one source, and all of them, may use. */
class SourceLimitsTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

    private long now = Long.MAX_VALUE - 1_000;
    private static LimitSettings limits(
            @Nullable Integer newPerSecond,
            @Nullable Integer sessions,
            @Nullable Integer newPerSecondPerSource,
            LimitSettings.@Nullable Lockout lockout) {
        return new LimitSettings(newPerSecond, null, null, sessions, newPerSecondPerSource, null, null, null, null, lockout);
    }

    private final SourceLimits used = new SourceLimits(() -> now);

    private @Nullable Reason begins(LimitSettings limits, @Nullable InetAddress source) {
        try {
            used.begins(limits, source);
            return null;
        } catch (RefusedException e) {
            return e.reason();
        }
    }

    private void passes(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aSourceHasNoMoreSessionsOpenThanItMay() {
        LimitSettings two = limits(null, 2, null, null);
        assertThat(begins(two, ONE)).isNull();
        assertThat(begins(two, ONE)).isNull();
        assertThat(begins(two, ONE)).isEqualTo(Reason.BUSY);
        assertThat(begins(two, TWO)).isNull();
        used.over(ONE);
        assertThat(begins(two, ONE)).isNull();
        assertThat(begins(two, ONE)).isEqualTo(Reason.BUSY);
    }

    @Test
    void aSourceBeginsNoMoreSessionsInASecondThanItMay() {
        LimitSettings three = limits(null, null, 3, null);
        for (int i = 0; i < 3; i++) {
            assertThat(begins(three, ONE)).isNull();
        }
        assertThat(begins(three, ONE)).isEqualTo(Reason.BUSY);
        assertThat(begins(three, TWO)).isNull();
        passes(Duration.ofMillis(334));
        assertThat(begins(three, ONE)).isNull();
        assertThat(begins(three, ONE)).isEqualTo(Reason.BUSY);
        passes(Duration.ofDays(1));
        for (int i = 0; i < 3; i++) {
            assertThat(begins(three, ONE)).isNull();
        }
        assertThat(begins(three, ONE)).isEqualTo(Reason.BUSY);
    }

    @Test
    void allSourcesTogetherBeginNoMoreSessionsInASecondThanTheyMay() {
        LimitSettings two = limits(2, null, null, null);
        assertThat(begins(two, ONE)).isNull();
        assertThat(begins(two, null)).isNull();
        assertThat(begins(two, TWO)).isEqualTo(Reason.BUSY);
        passes(Duration.ofMillis(500));
        assertThat(begins(two, TWO)).isNull();
    }

    @Test
    void aSourceThatIsRefusedAgainAndAgainIsLockedOutForAWhile() {
        LimitSettings limits = limits(
                null, null, null, new LimitSettings.Lockout(3, Duration.ofMinutes(1), Duration.ofMinutes(5)));
        for (int i = 0; i < 3; i++) {
            assertThat(begins(limits, ONE)).isNull();
            used.over(ONE);
            used.refused(limits, ONE);
        }
        assertThat(begins(limits, ONE)).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(begins(limits, TWO)).isNull();
        passes(Duration.ofMinutes(5).minusNanos(1));
        assertThat(begins(limits, ONE)).isEqualTo(Reason.NOT_ALLOWED);
        passes(Duration.ofNanos(1));
        assertThat(begins(limits, ONE)).isNull();
    }

    @Test
    void refusalsThatAreFarApartLockNobodyOut() {
        LimitSettings limits = limits(
                null, null, null, new LimitSettings.Lockout(2, Duration.ofMinutes(1), Duration.ofMinutes(5)));
        for (int i = 0; i < 10; i++) {
            used.refused(limits, ONE);
            passes(Duration.ofMinutes(1).plusNanos(1));
        }
        assertThat(begins(limits, ONE)).isNull();
    }

    @Test
    void theAddressesThatOneClientCanHaveAreOneSource() {
        LimitSettings one = limits(null, 1, null, null);
        assertThat(begins(one, InetAddress.ofLiteral("2001:db8:1:2::1"))).isNull();
        assertThat(begins(one, InetAddress.ofLiteral("2001:db8:1:2:ffff::9"))).isEqualTo(Reason.BUSY);
        assertThat(begins(one, InetAddress.ofLiteral("2001:db8:1:3::1"))).isNull();
    }

    @Test
    void doesNotRememberMoreSourcesThanItHasMemoryForAndNoneThatIsOpenIsForgotten() {
        LimitSettings one = limits(null, 1, null, null);
        assertThat(begins(one, ONE)).isNull();
        for (int i = 0; i < 200_000; i++) {
            InetAddress source = InetAddress.ofLiteral("10." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255));
            assertThat(begins(one, source)).isNull();
            used.over(source);
        }
        assertThat(used.sources()).isEqualTo(65_536);
        assertThat(begins(one, ONE)).isEqualTo(Reason.BUSY);
    }
}
