package io.relaygate.sdk;

/** What a route tells the protocol it asks for. */
public interface RouteContext {

    /** The route's name in the configuration. */
    String route();

    /** Whether the route names a destination itself ({@code to:}); then {@link SessionFacts#to} is never null. */
    boolean namesDestination();
}
