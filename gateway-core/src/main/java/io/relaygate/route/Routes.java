package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The routes of one configuration: the first that matches an arrival takes it. */
public final class Routes {

    private final List<Route> routes;
    private final Predicate<DestinationName> declared;

    /**
     * The routes in the order of the configuration.
     *
     * @param declared whether a destination is declared; captures match declared names only
     */
    public Routes(List<Route> routes, Predicate<DestinationName> declared) {
        this.routes = List.copyOf(routes);
        this.declared = declared;
    }

    /** All routes, in their order. */
    public List<Route> all() {
        return routes;
    }

    /**
     * The route of a name.
     *
     * @throws RefusedException NOT_FOUND if there is none, or it takes nobody from the arrival's entry point
     */
    Route named(String name, Arrival arrival) throws RefusedException {
        return routes.stream()
                .filter(route -> route.name().equals(name) && route.from().contains(arrival.entryPoint()))
                .findFirst()
                .orElseThrow(() -> new RefusedException(Reason.NOT_FOUND, "route '" + name + "' is gone"));
    }

    /** What of a route is not as an arrival is. */
    public enum Difference {
        ENTRY_POINT,
        SERVICE,
        SERVER_NAME,
        APPLICATION_PROTOCOL,
        /** What its protocol speaks. */
        PROTOCOL,
        /** What its captures make of the destination's name is not declared. */
        DESTINATION
    }

    /** Hears what becomes of the search. */
    @FunctionalInterface
    public interface Listener {
        /** A route was asked; {@code difference} is null if it is the one. */
        void asked(Route route, @Nullable Difference difference);
    }

    /** Whether a route is for an arrival. */
    private sealed interface Fit {
        record Takes(Match match) implements Fit {}

        record Passes(Difference difference) implements Fit {}
    }

    /**
     * Finds the route of an arrival.
     *
     * @throws RefusedException NOT_FOUND if none matches, NOT_ALLOWED if the one that does does not allow the caller
     * @throws IOException if the client's first bytes were needed and could not be read
     */
    public Match find(Arrival arrival, FirstBytes firstBytes) throws IOException {
        return find(arrival, firstBytes, (route, difference) -> {});
    }

    /** The same, and tells which routes were asked. */
    public Match find(Arrival arrival, FirstBytes firstBytes, Listener listener) throws IOException {
        for (Route route : routes) {
            switch (fit(route, arrival, firstBytes)) {
                case Fit.Passes(Difference difference) -> listener.asked(route, difference);
                case Fit.Takes(Match match) -> {
                    listener.asked(route, null);
                    route.admit(arrival);
                    return match;
                }
            }
        }
        throw new RefusedException(
                Reason.NOT_FOUND,
                arrival.service() == null
                        ? "no route of entry point '" + arrival.entryPoint() + "' takes this connection"
                        : "no route takes service '" + arrival.service() + "'");
    }

    /**
     * Whether another route may take an arrival that this one lets pass. The last one takes whoever is left: its protocol can
     * tell a client what is wrong.
     */
    public boolean isFollowed(Route route, Arrival arrival) {
        return routes.subList(routes.indexOf(route) + 1, routes.size()).stream()
                .anyMatch(later -> later.from().contains(arrival.entryPoint())
                        && (later.service() == null || later.service().equals(arrival.service())));
    }

    private Fit fit(Route route, Arrival arrival, FirstBytes firstBytes) throws IOException {
        if (!route.from().contains(arrival.entryPoint())) {
            return new Fit.Passes(Difference.ENTRY_POINT);
        }
        if (route.service() != null && !route.service().equals(arrival.service())) {
            return new Fit.Passes(Difference.SERVICE);
        }
        Map<String, String> captures = new HashMap<>();
        if (arrival.service() != null) {
            captures.put("service", arrival.service());
        }
        SniPattern sni = route.sni();
        if (sni != null) {
            String serverName = firstBytes.serverName();
            Optional<Map<String, String>> captured = serverName == null ? Optional.empty() : sni.match(serverName);
            if (captured.isEmpty()) {
                return new Fit.Passes(Difference.SERVER_NAME);
            }
            captures.putAll(captured.get());
        }
        if (!route.alpn().isEmpty() && Collections.disjoint(firstBytes.applicationProtocols(), route.alpn())) {
            return new Fit.Passes(Difference.APPLICATION_PROTOCOL);
        }
        DestinationTemplate to = route.to();
        Optional<DestinationName> destination = to == null ? Optional.empty() : to.fill(captures).filter(declared);
        if (to != null && destination.isEmpty()) {
            return new Fit.Passes(Difference.DESTINATION);
        }
        if (isFollowed(route, arrival) && !route.recognises(firstBytes)) {
            return new Fit.Passes(Difference.PROTOCOL);
        }
        return new Fit.Takes(new Match(route, captures, destination.orElse(null)));
    }
}
