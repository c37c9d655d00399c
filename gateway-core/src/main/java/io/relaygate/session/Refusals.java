package io.relaygate.session;

import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of sessions that were never connected, and why: each in a counter, and in the log one line for an entry point, a
 * destination and a reason in a while. Any thread.
 */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /** A relay that is out refuses thousands of sessions for one and the same reason. */
    private static final Duration WHILE = Duration.ofSeconds(10);

    private static final String NO_DESTINATION = "none";

    private final Counter refused;
    private final InstantSource clock;
    private final Map<Kind, Told> told = new HashMap<>();

    /** What is told of together; all of it is from the configuration. */
    private record Kind(String entryPoint, String destination, Reason reason) {}

    /** When it was told last, and how many lines were left out since. */
    private record Told(Instant when, long leftOut) {}

    Refusals(Metrics metrics, InstantSource clock) {
        this.clock = clock;
        this.refused = metrics.counter(
                "relaygate_sessions_refused",
                "Sessions that were never connected, by why.",
                "entry_point",
                "destination",
                "reason");
    }

    /** A session was refused. */
    void refused(SessionResult result, RefusedException why) {
        String destination = result.destination() == null ? NO_DESTINATION : result.destination().toString();
        Kind kind = new Kind(result.arrival().entryPoint(), destination, why.reason());
        refused.increment(kind.entryPoint(), kind.destination(), kind.reason().name());
        long leftOut = tells(kind);
        if (leftOut >= 0) {
            LOG.atWarn()
                    .addKeyValue("session", result.arrival().session())
                    .addKeyValue("entryPoint", kind.entryPoint())
                    .addKeyValue("destination", kind.destination())
                    .addKeyValue("reason", kind.reason())
                    .addKeyValue("detail", why.getMessage())
                    .addKeyValue("leftOut", leftOut)
                    .log("session refused");
        }
    }

    /** How many lines of the kind were left out since the last one, or -1 if this one is left out too. */
    private synchronized long tells(Kind kind) {
        Instant now = clock.instant();
        Told last = told.get(kind);
        if (last != null && now.isBefore(last.when().plus(WHILE))) {
            told.put(kind, new Told(last.when(), last.leftOut() + 1));
            return -1;
        }
        told.put(kind, new Told(now, 0));
        return last == null ? 0 : last.leftOut();
    }
}
