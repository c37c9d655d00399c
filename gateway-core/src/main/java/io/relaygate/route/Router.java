package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.access.identity.Vouched;
import io.relaygate.destination.Destination;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.session.Callers;
import io.relaygate.session.LiveSession;
import io.relaygate.session.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
                facts(arrival, match),
                route.protocol(),
                firstBytes.seen(),
                new Callers(arrival, route.admission(), route.judge(), route.isOpenToNobody(), () -> sessions.ask(session)),
                destinations);
        route.speaks(arrival.client().speaks());
        sessions.ask(session);
        route.handler().handle(session);
    }

    /** What is known of a session before its first byte is read. */
    public static SessionFacts facts(Arrival arrival, Match match) {
        return new SessionFacts(
                arrival.session(),
                arrival.entryPoint(),
                match.route().name(),
                arrival.caller(),
                arrival.source(),
                arrival.service(),
                match.captures(),
                match.to(),
                tls(arrival.tls()));
    }

    private static SessionFacts.@Nullable Tls tls(Arrival.@Nullable Tls ended) {
        return ended == null ? null : new SessionFacts.Tls(ended.serverName(), ended.applicationProtocol(), ended.certificate());
    }

    /**
     * Whether a session that is open would be let through if it came now. One whose first bytes nobody has looked at is
     * judged by the route that took it, if there still is one of that name.
     */
    @Override
    public Instant ask(LiveSession session) throws RefusedException {
        Arrival arrival = session.arrival();
        FirstBytes known = new FirstBytes(
                () -> {
                    throw new IOException("nobody has looked at them");
                },
                Duration.ZERO,
                session.tls());
        Route route;
        Instant until = Instant.MAX;
        try {
            until = arrival.client().admitted();
            route = routes.find(arrival, known).route();
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            route = routes.named(session.facts().route(), arrival);
        }
        until = earlier(until, route.admit(arrival));
        for (Callers.Use use : session.uses()) {
            Vouched vouched = now(route, use);
            until = earlier(until, vouched.until());
            until = earlier(until, route.admit(vouched.caller(), arrival));
            Optional<Destination> there = use.destination() == null ? Optional.empty() : destinations.apply(use.destination());
            if (there.isPresent()) {
                until = earlier(until, there.get().admission().check(vouched.caller(), arrival));
            }
        }
        DestinationName last = session.destination();
        Optional<Destination> named = last == null ? Optional.empty() : destinations.apply(last);
        if (named.isPresent()) {
            session.reviewNamed(named.get());
        }
        return until;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** The caller as the route's identity providers know it now. */
    private static Vouched now(Route route, Callers.Use use) throws RefusedException {
        if (use.login() != null && route.judge() != null) {
            return route.judge().again(use.login());
        }
        if (use.login() != null || (route.judge() != null && !(use.caller().isAnonymous() && route.isOpenToNobody()))) {
            throw new RefusedException(Reason.NOT_ALLOWED, "what route '" + route.name() + "' asks for as a proof of caller '"
                    + use.caller().name() + "' has changed");
        }
        return new Vouched(use.caller(), Instant.MAX);
    }
}
