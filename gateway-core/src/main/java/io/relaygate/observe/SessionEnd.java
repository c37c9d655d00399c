package io.relaygate.observe;

import io.relaygate.sdk.RefusedException.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The audit record of one session, written once, when it has ended. A field that is null was not known when the
 * session ended, and is left out of the line.
 *
 * @param session the session's id, 32 hexadecimal digits, the same at the edge and at the site
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param protocol the name of the route's protocol
 * @param caller the name of who called
 * @param destination the name of the destination, or {@code site/service}
 * @param relay the name of the namespace that carried it in or out
 * @param site the name of the site that it went to, or came in at
 * @param source the peer's address as text
 * @param bytesUp bytes from the client to the destination
 * @param bytesDown bytes from the destination to the client
 * @param started when it was accepted
 * @param duration from accept to the last byte
 * @param ending how it ended
 * @param reason why it was refused, if it was
 * @param detail why, in words, where the ending alone does not say it
 * @param notes what the protocol noted, for example {@code tds.database} = {@code Orders}
 */
public record SessionEnd(
        String session,
        String entryPoint,
        @Nullable String route,
        @Nullable String protocol,
        @Nullable String caller,
        @Nullable String destination,
        @Nullable String relay,
        @Nullable String site,
        String source,
        long bytesUp,
        long bytesDown,
        Instant started,
        Duration duration,
        Ending ending,
        @Nullable Reason reason,
        @Nullable String detail,
        Map<String, String> notes) {

    /** The name of the logger; its lines are written whatever the log's level is. */
    public static final String LOGGER = "relaygate.audit";

    /** The message of the line. */
    public static final String MESSAGE = "session ended";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** Keeps its own copy of the notes. */
    public SessionEnd {
        notes = Map.copyOf(notes);
    }

    /** Writes the line. */
    public void log() {
        LoggingEventBuilder line = LOG.atInfo();
        for (Map.Entry<String, Object> field : fields().entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(MESSAGE);
    }

    /** What is known, in the order of the line. */
    private Map<String, Object> fields() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("session", session);
        all.put("entryPoint", entryPoint);
        all.put("route", route);
        all.put("protocol", protocol);
        all.put("caller", caller);
        all.put("destination", destination);
        all.put("relay", relay);
        all.put("site", site);
        all.put("source", source);
        all.put("bytesUp", bytesUp);
        all.put("bytesDown", bytesDown);
        all.put("started", started.truncatedTo(ChronoUnit.MICROS));
        all.put("durationMs", BigDecimal.valueOf(duration.toNanos() / 1000, 3));
        all.put("ending", ending.name());
        all.put("reason", reason == null ? null : reason.name());
        all.put("detail", detail);
        all.put("notes", notes.isEmpty() ? null : notes);
        Map<String, Object> known = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                known.put(name, value);
            }
        });
        return known;
    }
}
