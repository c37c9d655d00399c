package io.relaygate.config;

/**
 * A part of the configuration that is kept as it was written, with its places, until the type that it binds to is
 * known: the {@code with:} of a route.
 */
public final class Block {}
