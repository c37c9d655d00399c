package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

    @ParameterizedTest
    @CsvSource({
        "NO_RELAY, NO_RELAY, NO_RELAY",
        "NO_RELAY, NO_SITE, NO_SITE",
        "NO_SITE, NO_RELAY, NO_SITE",
        "BUSY, NO_SITE, BUSY",
        "UNREACHABLE, BUSY, UNREACHABLE",
        "UNREACHABLE, NOT_ALLOWED, NOT_ALLOWED"
    })
    void reasonIsThatOfTheWayThatCameNearest(Reason first, Reason second, Reason all) {
        Failures failures = new Failures();
        failures.add(new RefusedException(first, "weu fails"));
        failures.add(new RefusedException(second, "neu fails"));
        assertThat(failures.all("oslo: ").reason()).isEqualTo(all);
        assertThat(failures.all("oslo: ")).hasMessage("oslo: weu fails; neu fails");
    }

    @ParameterizedTest
    @CsvSource({
        "NO_RELAY, NO_RELAY", "NO_SITE, NO_SITE", "BUSY, BUSY", "UNREACHABLE,", "NOT_FOUND,", "NOT_ALLOWED,",
        "MALFORMED, MALFORMED"
    })
    void aSiteThatRefusesIsReachedIfItUnderstandsUs(Reason why, Reason kept) {
        Reach reach = new Reach(InstantSource.fixed(Instant.EPOCH));
        assertThat(reach.last("weu")).isNull();
        reach.failed("weu", new RefusedException(why, "words"));
        assertThat(reach.last("weu")).isEqualTo(new Reach.Attempt(Instant.EPOCH, kept, kept == null ? "" : "words"));
    }

    @Test
    void lastAttemptCounts() {
        Reach reach = new Reach(InstantSource.fixed(Instant.EPOCH));
        reach.failed("weu", new RefusedException(Reason.NO_SITE, "words"));
        reach.reached("weu");
        assertThat(reach.last("weu")).isEqualTo(new Reach.Attempt(Instant.EPOCH, null, ""));
        assertThat(reach.last("neu")).isNull();
    }
}
