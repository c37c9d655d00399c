package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.net.InetAddress;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What callers and destinations may use, and what is said when it is used up. */
class QuotaTest {

    private static final Caller ALICE = new Caller("alice", "certificate", Set.of());
    private long now = 1;

    private static LimitSettings perCaller(@Nullable Integer sessions, @Nullable Integer newPerSecond, @Nullable Long bytes) {
        return new LimitSettings(null, null, null, null, null, null, sessions, newPerSecond, bytes, null);
    }

    private static void busy(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
                .hasMessage(message);
    }

    @Test
    void aCallerHasNoMoreSessionsThanItMay() throws RefusedException {
        CallerLimits used = new CallerLimits(() -> now);
        LimitSettings one = perCaller(1, null, null);
        Share first = used.begins(one, ALICE);
        busy(() -> used.begins(one, ALICE), "caller 'alice' has 1 sessions, as many as it may (limits.sessionsPerCaller)");
        used.begins(one, new Caller("bob", "certificate", Set.of()));
        first.over().run();
        used.begins(one, ALICE);
    }

    @Test
    void aCallerBeginsNoMoreSessionsInASecondThanItMay() throws RefusedException {
        CallerLimits used = new CallerLimits(() -> now);
        LimitSettings two = perCaller(null, 2, null);
        used.begins(two, ALICE);
        used.begins(two, ALICE);
        busy(
                () -> used.begins(two, ALICE),
                "caller 'alice' begins more than 2 sessions in a second (limits.newPerSecondPerCaller)");
        now += 500_000_000;
        used.begins(two, ALICE);
    }

    @Test
    void sessionsOfACallerShareARateAndAnonymousOnesHaveNoLimits() throws RefusedException {
        CallerLimits used = new CallerLimits(() -> now);
        LimitSettings rate = perCaller(1, 1, 5000L);
        Share share = used.begins(rate, ALICE);
        share.over().run();
        now += 2_000_000_000;
        assertThat(share.rates()).hasSize(1).isEqualTo(used.begins(rate, ALICE).rates());
        for (int i = 0; i < 3; i++) {
            assertThat(used.begins(rate, Caller.ANONYMOUS)).isSameAs(Share.NONE);
        }
    }

    @Test
    void aDestinationHasNoMoreSessionsThanItMay() throws RefusedException {
        SharedUse used = new SharedUse(() -> now);
        DestinationLimits limits = new DestinationLimits(1, 5, 5000L);
        Share first = used.begins(limits, "sql");
        assertThat(first.rates()).hasSize(1);
        busy(() -> used.begins(limits, "sql"), "destination 'sql' has 1 sessions, as many as it may (destinations.sql.limits.sessions)");
        first.over().run();
        used.begins(limits, "sql");
        assertThat(used.begins(null, "sql")).isSameAs(Share.NONE);
    }

    @Test
    void anEdgeHasNoMoreSessionsThanItMay() throws RefusedException {
        SharedUse used = new SharedUse(() -> now);
        SenderLimits limits = new SenderLimits(2, 2, 5000L);
        Share first = used.beginsFrom(limits, "weu");
        assertThat(first.rates()).hasSize(1).isEqualTo(used.beginsFrom(limits, "weu").rates());
        busy(() -> used.beginsFrom(limits, "weu"), "sender 'weu' has 2 sessions, as many as it may (senders.weu.limits.sessions)");
        first.over().run();
        busy(() -> used.beginsFrom(limits, "weu"), "sender 'weu' begins more than 2 sessions in a second (senders.weu.limits.newPerSecond)");
        now += 1_000_000_000;
        used.beginsFrom(limits, "weu");
        assertThat(used.beginsFrom(null, "weu")).isSameAs(Share.NONE);
    }

    @Test
    void aHybridConnectionHasNoMoreSessionsThanItMay() throws RefusedException {
        SharedUse used = new SharedUse(() -> now);
        Share first = used.beginsAt("hub", 1);
        busy(() -> used.beginsAt("hub", 1), "entry point 'hub' has 1 sessions, as many as it may (entryPoints.hub.maxSessions)");
        first.over().run();
        used.beginsAt("hub", 1);
    }

    @Test
    void aSourceIsBoundByItsRateByThatOfAllAndByThatOfTheSession() throws RefusedException {
        SourceLimits used = new SourceLimits(() -> now);
        LimitSettings limits = new LimitSettings(null, 9000L, 3000L, null, null, 6000L, null, null, null, null);
        InetAddress here = InetAddress.ofLiteral("192.0.2.1");
        InetAddress there = InetAddress.ofLiteral("192.0.2.2");
        assertThat(used.begins(limits, here)).hasSize(3);
        assertThat(used.begins(limits, null)).hasSize(2);
        assertThat(used.begins(limits, here)).filteredOn(used.begins(limits, here)::contains).hasSize(2);
        assertThat(used.begins(limits, here)).filteredOn(used.begins(limits, there)::contains).hasSize(1);
    }
}
