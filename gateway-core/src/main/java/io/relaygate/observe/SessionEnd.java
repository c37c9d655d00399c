package io.relaygate.observe;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of one session, written once, when it has ended. A field that is null was not known when the
 * session ended, and is left out of the line.
 *
 * @param session the session's id, 32 hexadecimal digits, the same at the edge and at the site
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param protocol the name of the route's protocol
 * @param caller who called, as far as it was proven
 * @param sender the edge that has proven that it sent the session
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
        @Nullable Caller caller,
        @Nullable String sender,
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
        Map<String, String> notes)
        implements AuditRecord {

    /** What happened. */
    public static final String MESSAGE = "session ended";

    /** Keeps its own copy of the notes. */
    public SessionEnd {
        notes = Map.copyOf(notes);
    }

    @Override
    public String message() {
        return MESSAGE;
    }

    @Override
    public Map<String, Object> fields() {
        return Fields.of(session, entryPoint, route)
                .with("protocol", protocol)
                .with(caller)
                .with("sender", sender)
                .with("destination", destination)
                .with("relay", relay)
                .with("site", site)
                .with("source", source)
                .with("bytesUp", bytesUp)
                .with("bytesDown", bytesDown)
                .with("started", started.truncatedTo(ChronoUnit.MICROS).toString())
                .with("durationMs", BigDecimal.valueOf(duration.toNanos() / 1000, 3))
                .with("ending", ending.name())
                .with("reason", reason == null ? null : reason.name())
                .with("detail", detail)
                .with("notes", notes)
                .known();
    }
}
