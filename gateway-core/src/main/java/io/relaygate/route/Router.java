package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Destination;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.session.LiveSession;
import io.relaygate.session.Sessions;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** Gives every arrival to the protocol of its route. */
public final class Router {

    private final Routes routes;
    private final Sessions sessions;
    private final Function<DestinationName, Optional<Destination>> destinations;

    /**
     * A router.
     *
     * @param destinations what can be dialled
     */
    public Router(Routes routes, Sessions sessions, Function<DestinationName, Optional<Destination>> destinations) {
        this.routes = routes;
        this.sessions = sessions;
        this.destinations = destinations;
    }

    /** Serves one arrival to its end, on the calling thread. */
    public void serve(Arrival arrival) {
        sessions.serve(arrival, session -> serve(arrival, session));
    }

    private void serve(Arrival arrival, LiveSession session) throws IOException {
        arrival.client().admitted();
        Match match = routes.find(arrival, new FirstBytes(session::client, arrival.silence(), arrival.tls()));
        Route route = match.route();
        session.routed(
                new SessionFacts(
                        arrival.session(),
                        arrival.entryPoint(),
                        route.name(),
                        arrival.caller(),
                        arrival.source(),
                        arrival.service(),
                        match.captures(),
                        match.to()),
                route.protocol(),
                destinations);
        route.handler().handle(session);
    }
}
