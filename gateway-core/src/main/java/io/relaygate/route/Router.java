package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Destination;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.session.LiveSession;
import io.relaygate.session.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Gives every arrival to the protocol of its route, and says of sessions of other routers whether they may go on. */
public final class Router implements Sessions.Policy {

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
        FirstBytes firstBytes = new FirstBytes(session::client, arrival.silence(), arrival.tls());
        Match match = routes.find(arrival, firstBytes);
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
                firstBytes.seen(),
                destinations);
        sessions.routed(session, this);
        route.handler().handle(session);
    }

    /**
     * Whether a session that is open would be let through if it came now. One whose first bytes nobody has looked at is
     * judged by the route that took it, if there still is one of that name.
     */
    @Override
    public void ask(LiveSession session) throws RefusedException {
        Arrival arrival = session.arrival();
        FirstBytes known = new FirstBytes(
                () -> {
                    throw new IOException("nobody has looked at them");
                },
                Duration.ZERO,
                session.tls());
        try {
            routes.find(arrival, known);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            routes.named(session.facts().route(), arrival).admission().check(session.facts().caller(), arrival.address());
        }
        DestinationName destination = session.destination();
        Optional<Destination> there = destination == null ? Optional.empty() : destinations.apply(destination);
        if (there.isPresent()) {
            there.get().admission().check(session.facts().caller(), arrival.address());
        }
    }
}
