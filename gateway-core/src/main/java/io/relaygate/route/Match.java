package io.relaygate.route;

import io.relaygate.sdk.DestinationName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The route that takes a session.
 *
 * @param route the route
 * @param captures what its condition captured, and the service that was asked for
 * @param to its destination with the captures filled in, or null if it names none
 */
public record Match(Route route, Map<String, String> captures, @Nullable DestinationName to) {}
