package io.relaygate;

import io.relaygate.access.Admission;
import io.relaygate.destination.AddressDestination;
import io.relaygate.destination.Destination;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteDestination;
import io.relaygate.destination.SiteSettings;
import io.relaygate.destination.TunnelDestination;
import io.relaygate.relay.Relay;
import io.relaygate.route.Route;
import io.relaygate.route.RouteSettings;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.DestinationName;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.EdgeTunnel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Makes what a configuration asks for: destinations, routes and their handlers. */
final class Workshop {

    private final GatewayConfig config;
    private final Map<String, Relay> relays;
    private final Map<String, EdgeTunnel> tunnels;
    private final Map<String, Reach> reaches;
    private final Sessions sessions;
    private final InstantSource clock;
    private final Predicate<InetSocketAddress> forbidden;

    Workshop(
            GatewayConfig config,
            Map<String, Relay> relays,
            Map<String, EdgeTunnel> tunnels,
            Map<String, Reach> reaches,
            Sessions sessions,
            InstantSource clock,
            Predicate<InetSocketAddress> forbidden) {
        this.config = config;
        this.relays = relays;
        this.tunnels = tunnels;
        this.reaches = reaches;
        this.sessions = sessions;
        this.clock = clock;
        this.forbidden = forbidden;
    }

    Generation make(Consumer<Generation> ended) {
        Map<DestinationName, Destination> destinations = destinations();
        List<Route> routes = new ArrayList<>();
        for (GatewayConfig.BoundRoute<?> bound : config.routes()) {
            routes.add(route(bound));
        }
        Function<DestinationName, Optional<Destination>> places = name -> Optional.ofNullable(destinations.get(name));
        Router router = new Router(new Routes(routes, destinations::containsKey), sessions, places);
        return new Generation(config, router, routes, relays.values(), tunnels.values(), places, ended);
    }

    private Map<DestinationName, Destination> destinations() {
        Map<DestinationName, Destination> all = new HashMap<>();
        config.settings().destinations()
                .forEach((name, settings) -> all.put(
                        new DestinationName(null, name),
                        new AddressDestination(name, settings, clock, ThreadLocalRandom.current(), forbidden)));
        config.sites().forEach((name, settings) -> {
            for (String service : settings.services()) {
                all.put(new DestinationName(name, service), site(name, service, settings));
            }
        });
        return all;
    }

    private Destination site(String name, String service, SiteSettings settings) {
        Duration timeout = Objects.requireNonNull(settings.connectTimeout());
        EdgeTunnel tunnel = tunnels.get(name);
        if (tunnel != null) {
            return new TunnelDestination(name, service, timeout, tunnel, clock);
        }
        return new SiteDestination(
                name,
                service,
                Objects.requireNonNull(settings.hybridConnection()),
                timeout,
                settings.namespaces().stream()
                        .map(namespace -> Objects.requireNonNull(relays.get(namespace)))
                        .toList(),
                Objects.requireNonNull(reaches.get(name)),
                clock);
    }

    static Route route(GatewayConfig.BoundRoute<?> bound) {
        RouteSettings settings = bound.settings();
        RouteSettings.When when = settings.when();
        return new Route(
                settings.name(),
                settings.from(),
                settings.service(),
                when == null ? null : when.sni(),
                settings.protocol(),
                settings.to(),
                Admission.of("the route", settings.allow(), settings.open()),
                bound.open());
    }
}
