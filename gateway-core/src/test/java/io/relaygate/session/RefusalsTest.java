package io.relaygate.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Metrics metrics = new Metrics();
    private Instant now = Instant.EPOCH;
    private final Refusals refusals = new Refusals(metrics, () -> now);

    /** Somebody who is not there any more. */
    private record Gone() implements Client {
        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Link accept(Instant deadline) {
            throw new AssertionError("it was refused");
        }

        @Override
        public void refuse(RefusedException why) {
            // It does not hear it.
        }
    }

    @BeforeEach
    void listens() {
        Logging.configure(
                new LogSettings(LogSettings.Format.JSON, LogSettings.Level.INFO), new PrintStream(log, true, UTF_8), false);
    }

    @AfterEach
    void restores() {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    private void refuse(@Nullable String destination, Reason why) {
        Arrival arrival = new Arrival(
                "in", "0".repeat(32), "x", null, Caller.ANONYMOUS, null, null, null, null, null, Instant.now(), Instant.EPOCH, Duration.ZERO, new Gone());
        refusals.refused(
                new SessionResult(
                        arrival, null, null, destination == null ? null : DestinationName.parse(destination), null, null,
                        null, null, 0, 0, Map.of()),
                new RefusedException(why, "words"));
    }

    @Test
    void everyRefusalIsCountedAndOneOfAKindToldInAWhile() {
        for (int i = 0; i < 100; i++) {
            refuse("oslo/sql", Reason.NO_SITE);
        }
        assertThat(log.toString(UTF_8)).hasLineCount(1).contains("\"level\":\"WARN\"").contains("\"leftOut\":0");
        now = now.plusSeconds(10);
        refuse("oslo/sql", Reason.NO_SITE);
        assertThat(log.toString(UTF_8)).hasLineCount(2).contains("\"leftOut\":99");
        assertThat(metrics.exposition())
                .contains("relaygate_sessions_refused_total{destination=\"oslo/sql\",entry_point=\"in\",reason=\"NO_SITE\"} 101.0");
    }

    @Test
    void everyKindIsToldOf() {
        refuse("oslo/sql", Reason.NO_SITE);
        refuse("oslo/sql", Reason.NO_RELAY);
        refuse("lima/sql", Reason.NO_RELAY);
        refuse(null, Reason.NOT_FOUND);
        assertThat(log.toString(UTF_8)).hasLineCount(4).contains("\"destination\":\"none\",\"reason\":\"NOT_FOUND\"");
        assertThat(metrics.exposition()).contains("{destination=\"none\",entry_point=\"in\",reason=\"NOT_FOUND\"} 1.0");
    }
}
