package io.relaygate.sdk;

/**
 * Who is calling, and what proved it.
 *
 * @param name the caller's name, {@code anonymous} where nothing was proven
 * @param proof what proved the name, for people: {@code none}, {@code certificate}, ...
 */
public record Caller(String name, String proof) {

    /** A caller of whom nothing was asked. */
    public static final Caller ANONYMOUS = new Caller("anonymous", "none");
}
