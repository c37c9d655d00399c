package io.relaygate.destination;

import io.relaygate.net.Link;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a destination.
 *
 * @param link the connection
 * @param address which of the destination's addresses answered, for people
 * @param relay the namespace that carries it, or null if none does
 * @param plain whether it ends with the relay's connection
 */
public record Dialed(Link link, String address, @Nullable String relay, boolean plain) {}
