package io.relaygate.sdk.testkit;

import java.util.Map;

/**
 * An event that a handler has written to the audit.
 *
 * @param name what happened
 * @param facts the particulars
 */
public record TestEvent(String name, Map<String, String> facts) {

    /** Keeps its own copy of the facts. */
    public TestEvent {
        facts = Map.copyOf(facts);
    }
}
