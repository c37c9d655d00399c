package io.relaygate.sdk;

import java.util.Set;

/**
 * Who is calling, and what proved it.
 *
 * @param name the caller's name, {@code anonymous} where nothing was proven
 * @param proof what proved the name, for people: {@code none}, {@code certificate}, ...
 * @param groups the groups that whoever vouches for the name has put the caller into
 */
public record Caller(String name, String proof, Set<String> groups) {

    /** A caller of whom nothing was asked. */
    public static final Caller ANONYMOUS = new Caller("anonymous", "none", Set.of());

    /** Keeps its own copy of the groups. */
    public Caller {
        groups = Set.copyOf(groups);
    }

    /** Whether nothing was proven. */
    public boolean isAnonymous() {
        return proof.equals(ANONYMOUS.proof);
    }
}
