package io.relaygate.sdk;

import static io.relaygate.sdk.RefusedException.Reason.BUSY;
import static io.relaygate.sdk.RefusedException.Reason.NO_RELAY;
import static io.relaygate.sdk.RefusedException.Reason.NO_SITE;
import static io.relaygate.sdk.RefusedException.Reason.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusedExceptionTest {

    private static final Set<Reason> PASSING = EnumSet.of(NO_SITE, NO_RELAY, UNREACHABLE, BUSY);

    @ParameterizedTest
    @EnumSource(Reason.class)
    void isWorthAnotherAttemptOnlyWhereTheCauseMayPass(Reason reason) {
        assertThat(new RefusedException(reason, "no").retryable()).isEqualTo(PASSING.contains(reason));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void keepsReasonMessageAndCause(Reason reason) {
        IOException cause = new IOException("connection refused");

        assertThat(new RefusedException(reason, "nobody answers", cause))
                .hasMessage("nobody answers")
                .hasCause(cause)
                .extracting(RefusedException::reason)
                .isEqualTo(reason);
    }
}
