package io.relaygate;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Destination;
import io.relaygate.relay.Relay;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.sdk.DestinationName;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.EdgeTunnel;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one configuration made: its routes and what they use. Sessions stay on the generation that they began on; it
 * ends when a newer one has replaced it and its last session is over.
 */
final class Generation {

    private final GatewayConfig config;
    private final Plugins plugins;
    private final Router router;
    private final List<Route> routes;
    private final Set<Relay> relays;
    private final Set<EdgeTunnel> tunnels;
    private final Function<DestinationName, Optional<Destination>> destinations;
    private final Consumer<Generation> ended;
    private int sessions;
    private boolean replaced;

    /**
     * A generation that nobody uses yet.
     *
     * @param plugins what the configuration was bound against; released when this generation has ended
     * @param destinations what can be dialled
     * @param ended called once, when it is replaced and its last session is over
     */
    Generation(
            GatewayConfig config,
            Plugins plugins,
            Router router,
            List<Route> routes,
            Collection<Relay> relays,
            Collection<EdgeTunnel> tunnels,
            Function<DestinationName, Optional<Destination>> destinations,
            Consumer<Generation> ended) {
        this.config = config;
        this.plugins = plugins;
        this.router = router;
        this.routes = routes;
        this.relays = Set.copyOf(relays);
        this.tunnels = Set.copyOf(tunnels);
        this.destinations = destinations;
        this.ended = ended;
    }

    GatewayConfig config() {
        return config;
    }

    Function<DestinationName, Optional<Destination>> destinations() {
        return destinations;
    }

    Set<Relay> relays() {
        return relays;
    }

    Set<EdgeTunnel> tunnels() {
        return tunnels;
    }

    /**
     * Serves an arrival to its end.
     *
     * @return false if this generation has ended and a newer one must take the arrival
     */
    boolean serve(Arrival arrival) {
        synchronized (this) {
            if (replaced) {
                return false;
            }
            sessions++;
        }
        try {
            router.serve(arrival);
        } finally {
            leave();
        }
        return true;
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            sessions--;
            last = replaced && sessions == 0;
        }
        if (last) {
            end();
        }
    }

    /** Its policy counts from now on, for the sessions of generations before too. */
    void lead(Sessions sessions) {
        sessions.follow(router);
    }

    /** Takes no more arrivals. */
    void replace() {
        boolean unused;
        synchronized (this) {
            replaced = true;
            unused = sessions == 0;
        }
        if (unused) {
            end();
        }
    }

    private void end() {
        routes.forEach(route -> route.handler().close());
        // Destinations close their dialers, which may need classes that were not loaded yet.
        ended.accept(this);
        plugins.release();
    }
}
