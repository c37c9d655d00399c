package io.relaygate.sdk.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event that a handler has written to the audit.
 *
 * @param name what happened
 * @param line the same as a line of a log of the protocol's own, or null
 * @param facts the particulars
 */
public record TestEvent(String name, @Nullable String line, Map<String, String> facts) {

    /** Keeps its own copy of the facts. */
    public TestEvent {
        facts = Map.copyOf(facts);
    }

    /** One that has no line. */
    public TestEvent(String name, Map<String, String> facts) {
        this(name, null, facts);
    }
}
