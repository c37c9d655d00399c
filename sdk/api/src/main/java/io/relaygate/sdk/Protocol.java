package io.relaygate.sdk;

import java.io.IOException;
import java.util.List;

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
     * The application protocols that it speaks inside TLS, by their ALPN names (RFC 7301) and the best first, for example
     * {@code h2}, {@code http/1.1}. An entry point that ends TLS offers those of its routes' protocols. Empty if it takes
     * whatever comes. A protocol that names {@code http/1.1} gets the HTTP requests, too, that are sent to a hybrid connection: each
     * is a session with one request.
     */
    default List<String> alpn() {
        return List.of();
    }

    /**
     * Whether its handlers ask clients for credentials and have them judged ({@link Session#judge}). A route that names
     * identity providers needs such a protocol: with another one nobody could prove anything, and nobody would get in.
     */
    default boolean judges() {
        return false;
    }

    /**
     * Whether {@link #recognise} may say anything but yes. Then a route of this protocol lets pass what is none of its own, and
     * may stand before others at the same entry point.
     */
    default boolean recognises() {
        return false;
    }

    /**
     * Says whether a client that meets a route's conditions speaks this protocol. Asked, if {@link #recognises}, on the
     * session's thread before the handler, again after {@link Recognition#MORE} when more has come. Not asked where no other
     * route could take the client: the last one takes whoever is left, and its handler says what is wrong. Reads nothing else,
     * and keeps nothing.
     */
    default Recognition recognise(FirstBytes first) throws IOException {
        return Recognition.YES;
    }

    /**
     * Makes the handler of one route. May read files; opens no connection and starts no thread, because checking a
     * configuration calls it too.
     *
     * @throws IllegalArgumentException if the route cannot work with these settings; the message is shown to the
     *     operator beside the route's place in the configuration file
     */
    ProtocolHandler open(S settings, RouteContext context);
}
