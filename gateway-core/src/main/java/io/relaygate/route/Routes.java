package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
     * Finds the route of an arrival.
     *
     * @throws RefusedException NOT_FOUND if none matches, NOT_ALLOWED if the one that does does not allow the caller
     * @throws IOException if the client's first bytes were needed and could not be read
     */
    public Match find(Arrival arrival, FirstBytes firstBytes) throws IOException {
        for (Route route : routes) {
            Optional<Match> match = match(route, arrival, firstBytes);
            if (match.isPresent()) {
                route.admission().check(arrival.caller(), arrival.address());
                return match.get();
            }
        }
        throw new RefusedException(
                Reason.NOT_FOUND,
                arrival.service() == null
                        ? "no route of entry point '" + arrival.entryPoint() + "' takes this connection"
                        : "no route takes service '" + arrival.service() + "'");
    }

    private Optional<Match> match(Route route, Arrival arrival, FirstBytes firstBytes) throws IOException {
        if (!route.from().contains(arrival.entryPoint())
                || (route.service() != null && !route.service().equals(arrival.service()))) {
            return Optional.empty();
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
                return Optional.empty();
            }
            captures.putAll(captured.get());
        }
        DestinationTemplate to = route.to();
        return to == null
                ? Optional.of(new Match(route, captures, null))
                : to.fill(captures).filter(declared).map(destination -> new Match(route, captures, destination));
    }
}
