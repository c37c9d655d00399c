package io.relaygate.admin;

import java.util.List;

/**
 * Whether the gateway takes new connections, and if not, why.
 *
 * @param reasons why it is not ready, one line for people each; empty if it is ready
 */
public record Readiness(List<String> reasons) {

    /** Ready. */
    public static final Readiness READY = new Readiness(List.of());

    /** Keeps its own copy of the reasons. */
    public Readiness {
        reasons = List.copyOf(reasons);
    }

    /** Not ready, for these reasons. */
    public static Readiness not(String... reasons) {
        return new Readiness(List.of(reasons));
    }

    /** Whether new connections are taken. */
    public boolean ready() {
        return reasons.isEmpty();
    }
}
