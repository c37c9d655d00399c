package io.relaygate.observe;

import io.relaygate.sdk.Caller;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of something that a protocol saw in a session: a statement, a file transfer.
 *
 * @param session the session's id
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param caller who called
 * @param source the client's address as text
 * @param event what it was, in the protocol's words
 * @param line the same as a line of a log of the protocol's own, or null
 * @param facts the particulars, in the protocol's words
 */
public record SessionEvent(
        String session,
        String entryPoint,
        @Nullable String route,
        Caller caller,
        String source,
        String event,
        @Nullable String line,
        Map<String, String> facts)
        implements AuditRecord {

    /** How many facts one event may have. */
    public static final int MOST_FACTS = 32;

    /**
     * Keeps its own copy of the facts.
     *
     * @throws IllegalArgumentException if there are more than 32
     */
    public SessionEvent {
        if (facts.size() > MOST_FACTS) {
            throw new IllegalArgumentException("an event has at most " + MOST_FACTS + " facts, not " + facts.size());
        }
        facts = Map.copyOf(facts);
    }

    /** One that has no line. */
    public SessionEvent(
            String session, String entryPoint, @Nullable String route, Caller caller, String source, String event, Map<String, String> facts) {
        this(session, entryPoint, route, caller, source, event, null, facts);
    }

    @Override
    public String message() {
        return "session event";
    }

    @Override
    public Map<String, Object> fields() {
        return Fields.of(session, entryPoint, route)
                .with(caller)
                .with("source", source)
                .with("event", event)
                .with("line", line == null ? null : new LogLine(line))
                .with("facts", facts)
                .known();
    }
}
