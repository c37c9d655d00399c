package io.relaygate;

import io.relaygate.access.Admission;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.destination.AddressDestination;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.DialerHost;
import io.relaygate.destination.Pool;
import io.relaygate.destination.PoolSettings;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteDestination;
import io.relaygate.destination.SiteSettings;
import io.relaygate.destination.SqlBrowser;
import io.relaygate.destination.TunnelDestination;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Names;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.route.Route;
import io.relaygate.route.RouteSettings;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.EdgeTunnel;
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
import org.jspecify.annotations.Nullable;

/** Makes what a configuration asks for: destinations, routes and their handlers. */
final class Workshop {

    private final GatewayConfig config;
    private final Plugins plugins;
    private final Map<String, Relay> relays;
    private final Map<String, EdgeTunnel> tunnels;
    private final Map<String, Reach> reaches;
    private final Sessions sessions;
    private final InstantSource clock;
    private final OwnPorts own;
    private final SharedUse.All uses;
    private final IdentityProviders.Judges judges;
    private final Metrics metrics;
    private final Threads threads;

    Workshop(
            GatewayConfig config,
            Plugins plugins,
            Map<String, Relay> relays,
            Map<String, EdgeTunnel> tunnels,
            Map<String, Reach> reaches,
            Sessions sessions,
            InstantSource clock,
            OwnPorts own,
            SharedUse.All uses,
            IdentityProviders.Judges judges,
            Metrics metrics,
            Threads threads) {
        this.config = config;
        this.plugins = plugins;
        this.relays = relays;
        this.tunnels = tunnels;
        this.reaches = reaches;
        this.sessions = sessions;
        this.clock = clock;
        this.own = own;
        this.uses = uses;
        this.judges = judges;
        this.metrics = metrics;
        this.threads = threads;
    }

    Generation make(Consumer<Generation> ended) {
        Map<DestinationName, Destination> destinations = destinations();
        List<Route> routes = new ArrayList<>();
        for (GatewayConfig.BoundRoute<?> bound : config.routes()) {
            ProtocolHandler handler = bound.host(metrics, clock, threads)
                    .begin(bound::open);
            routes.add(route(bound, clock, judges, bound.recognising(), handler));
        }
        Function<DestinationName, Optional<Destination>> places = name -> Optional.ofNullable(destinations.get(name));
        Router router = new Router(new Routes(routes, destinations::containsKey), sessions, places);
        return new Generation(config, plugins, router, routes, relays.values(), tunnels.values(), places, over -> {
            destinations.values().forEach(Destination::end);
            ended.accept(over);
        });
    }

    private Pool pool(String name, DestinationSettings settings) {
        PoolSettings wanted = settings.pool() == null ? PoolSettings.USUAL : settings.pool();
        return new Pool(name, wanted, clock, Deadlines.shared(), threads, metrics);
    }

    private Map<DestinationName, Destination> destinations() {
        Map<DestinationName, Destination> all = new HashMap<>();
        config.settings().destinations()
                .forEach((name, settings) -> all.put(
                        new DestinationName(null, name),
                        new AddressDestination(name, settings, clock, ThreadLocalRandom.current(), Names.ofClients(), own, uses.of(name), pool(name, settings), config.openVia(name, metrics, threads), SqlBrowser.USUAL)));
        config.sites().forEach((name, settings) -> {
            for (String service : settings.services()) {
                all.put(new DestinationName(name, service), site(name, service, settings, tunnels, relays, reaches, clock));
            }
        });
        return all;
    }

    /**
     * A service at a site.
     *
     * @param tunnels those of the sites in tunnel mode, by site
     * @param relays the namespaces, by name
     * @param reaches what is known of the ways to the sites, by site
     */
    static Destination site(
            String name,
            String service,
            SiteSettings settings,
            Map<String, EdgeTunnel> tunnels,
            Map<String, Relay> relays,
            Map<String, Reach> reaches,
            InstantSource clock) {
        Duration timeout = Objects.requireNonNull(settings.connectTimeout());
        EdgeTunnel tunnel = tunnels.get(name);
        if (tunnel != null) {
            return new TunnelDestination(name, service, timeout, tunnel, settings.isSealed(), clock);
        }
        return new SiteDestination(
                name,
                service,
                Objects.requireNonNull(settings.hybridConnection()),
                Objects.requireNonNull(settings.wire()),
                timeout,
                settings.namespaces().stream()
                        .map(namespace -> Objects.requireNonNull(relays.get(namespace)))
                        .toList(),
                Objects.requireNonNull(reaches.get(name)),
                clock);
    }

    static Route route(
            GatewayConfig.BoundRoute<?> bound,
            InstantSource clock,
            IdentityProviders.Judges judges,
            Route.@Nullable Recognising recognising,
            ProtocolHandler handler) {
        RouteSettings settings = bound.settings();
        RouteSettings.When when = settings.when();
        return new Route(
                settings.name(),
                settings.from(),
                settings.service(),
                when == null ? null : when.sni(),
                when == null ? List.of() : when.alpn(),
                settings.protocol(),
                settings.to(),
                Admission.of("the route", "routes[" + settings.name() + "].allow", settings.allow(), settings.open(), clock),
                settings.identityProviders().isEmpty() ? null : judges.of("routes[" + settings.name() + "].identityProviders", settings.identityProviders()),
                recognising,
                handler,
                bound.protocol().alpn(),
                handler.openPlaces());
    }
}
