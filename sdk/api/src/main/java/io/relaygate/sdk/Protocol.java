package io.relaygate.sdk;

/**
 * A protocol that a route can name: makes one {@link ProtocolHandler} per route.
 *
 * @param <S> the settings of a route, bound from its {@code with:} block; a record whose components carry
 *     {@link Setting}
 */
public interface Protocol<S extends Record> {

    /** The name by which routes ask for this protocol: lower case, for example {@code tcp}. */
    String name();

    /** The type of a route's settings. */
    Class<S> settings();

    /**
     * Makes the handler of one route. May read files; opens no connection and starts no thread, because checking a
     * configuration calls it too.
     *
     * @throws IllegalArgumentException if the route cannot work with these settings; the message is shown to the
     *     operator beside the route's place in the configuration file
     */
    ProtocolHandler open(S settings, RouteContext context);
}
