package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import org.junit.jupiter.api.Test;

class LastFailureTest {

    private static final long MINUTE = 60_000_000_000L;
    private final RefusedException noRelay = new RefusedException(Reason.NO_RELAY, "the relay is down");
    private final RefusedException noSite = new RefusedException(Reason.NO_SITE, "nobody listens");

    private final LastFailure failure = new LastFailure();

    @Test
    void isToldOfOnceAMinuteAndWheneverTheReasonChanges() {
        assertThat(failure.failed(0, noRelay, 0)).isTrue();
        assertThat(failure.failed(1, noRelay, MINUTE - 1)).isFalse();
        assertThat(failure.failed(2, noRelay, MINUTE)).isTrue();
        assertThat(failure.failed(3, noRelay, 2 * MINUTE - 1)).isFalse();
        assertThat(failure.failed(4, noSite, 2 * MINUTE - 1)).isTrue();
        failure.succeeded();
        assertThat(failure.failed(5, noSite, 2 * MINUTE)).isTrue();
    }

    @Test
    void isKnownUntilAnAttemptSucceeds() {
        assertThat(failure.why()).isNull();
        failure.failed(10, noRelay, 20);
        assertThat(failure.why()).isSameAs(noRelay);
        assertThat(failure.since(9)).isSameAs(noRelay);
        assertThat(failure.since(10)).as("one that had begun before").isNull();
        failure.succeeded();
        assertThat(failure.why()).isNull();
        assertThat(failure.since(0)).isNull();
    }
}
