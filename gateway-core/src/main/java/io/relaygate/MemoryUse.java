package io.relaygate;

import io.relaygate.access.CallerLimits;
import io.relaygate.access.LimitSettings;
import io.relaygate.access.SourceLimits;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.PortEntryPoint;
import io.relaygate.net.ProxyHeader;
import io.relaygate.net.Splice;
import io.relaygate.net.TlsLink;
import io.relaygate.net.TlsServer;
import io.relaygate.relay.RequestOffer;
import io.relaygate.route.FirstBytes;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Trust;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The heap that clients can make a gateway hold, layer by layer: how many there may be in one, how long, and what each holds at
 * the most. A session is in one layer at a time.
 *
 * @param layers in the order in which a client passes them
 * @param sessions how many sessions there may be at ports
 * @param total what all of it comes to, each session in its dearest layer
 * @param windows whether there are tunnels, whose windows may take a further share of the heap
 */
public record MemoryUse(List<Layer> layers, long sessions, long total, boolean windows) {

    private static final String REQUESTS = "HTTP requests";

    /**
     * A layer.
     *
     * @param of the entry point, or what else it belongs to
     * @param name what it is
     * @param most how many there may be
     * @param ofOneSource how many may be of one source, or null if all may
     * @param bytes what each holds
     * @param time how long one may be there, or null for as long as it likes; the layers of an entry point up to its open
     *     sessions share this time
     */
    public record Layer(
            String of, String name, int most, @Nullable Integer ofOneSource, long bytes, @Nullable Duration time) {

        /** What all of them hold. */
        public long all() {
            return most * bytes;
        }
    }

    /** Keeps its own copy. */
    public MemoryUse {
        layers = List.copyOf(layers);
    }

    /** What a configuration allows. */
    public static MemoryUse of(GatewayConfig config) {
        List<Layer> layers = new ArrayList<>();
        long total = 0;
        long sessions = 0;
        for (Map.Entry<String, EntryPointSettings> each : config.settings().entryPoints().entrySet()) {
            EntryPointSettings entryPoint = each.getValue();
            if (entryPoint.listen() != null) {
                List<Layer> mine = port(config, each.getKey(), entryPoint);
                layers.addAll(mine);
                sessions += entryPoint.maxSessions();
                total += mine.stream().mapToLong(Layer::all).max().orElse(0);
            }
            List<Layer> known = known(each.getKey(), entryPoint);
            known.addAll(requests(config, each.getKey(), entryPoint));
            layers.addAll(known);
            total += sum(known);
        }
        List<Layer> tunnels = tunnels(config);
        layers.addAll(tunnels);
        total += sum(tunnels);
        return new MemoryUse(layers, sessions, total, !tunnels.isEmpty());
    }

    private static long sum(List<Layer> layers) {
        return layers.stream().mapToLong(Layer::all).sum();
    }

    /** Who is remembered for the limits. */
    private static List<Layer> known(String name, EntryPointSettings entryPoint) {
        List<Layer> layers = new ArrayList<>();
        LimitSettings limits = entryPoint.limits();
        if (limits != null && entryPoint.listen() != null) {
            layers.add(new Layer(name, "known sources", 1, null, SourceLimits.HELD, null));
        }
        if (limits != null && limits.hasCallers()) {
            layers.add(new Layer(name, "known callers", 1, null, CallerLimits.HELD, null));
        }
        return layers;
    }

    /** How many HTTP requests to hybrid connections may be at work at once. */
    public long requests() {
        return layers.stream().filter(layer -> layer.name().equals(REQUESTS)).mapToLong(Layer::most).sum();
    }

    /** HTTP requests to a hybrid connection, where a route takes any. */
    private static List<Layer> requests(GatewayConfig config, String name, EntryPointSettings entryPoint) {
        boolean taken = entryPoint.hybridConnection() != null
                && config.routes().stream().anyMatch(route -> route.settings().from().contains(name) && route.takesRequests());
        return taken ? List.of(new Layer(name, REQUESTS, entryPoint.maxRequests(), null, RequestOffer.HELD, null)) : List.of();
    }

    private static List<Layer> port(GatewayConfig config, String name, EntryPointSettings entryPoint) {
        int most = entryPoint.maxSessions();
        Duration time = entryPoint.routeTimeout();
        LimitSettings limits = entryPoint.limits();
        Integer ofOne = limits == null ? null : limits.sessionsPerSource();
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer(name, "kernel queue", PortEntryPoint.BACKLOG, null, 0, null));
        if (entryPoint.proxyProtocol() != null) {
            layers.add(new Layer(name, "PROXY header", most, null, ProxyHeader.HELD, time));
        }
        if (entryPoint.tls() != null) {
            layers.add(new Layer(name, "TLS handshake", most, ofOne, TlsServer.HANDSHAKE_HELD, time));
        } else if (config.routes().stream().anyMatch(route -> looks(route, name))) {
            layers.add(new Layer(name, "first bytes", most, ofOne, FirstBytes.HELD, time));
        }
        boolean inFront = entryPoint.tls() != null || anyRoute(config, name, ServerCertificates.Certificate.class);
        boolean behind = dialsWithTls(config) || anyRoute(config, name, Trust.class);
        long open = (long) Splice.HELD + (inFront ? TlsLink.HELD : 0) + (behind ? TlsLink.HELD : 0);
        layers.add(new Layer(name, "open sessions", most, ofOne, open, null));
        return layers;
    }

    private static boolean looks(GatewayConfig.BoundRoute<?> route, String entryPoint) {
        boolean asks = route.settings().when() != null || route.recognising() != null;
        return asks && route.settings().from().contains(entryPoint);
    }

    /** Whether the settings of a protocol there have something in them by which it begins TLS itself. */
    private static boolean anyRoute(GatewayConfig config, String entryPoint, Class<? extends Record> byWhich) {
        return config.routes().stream()
                .filter(route -> route.settings().from().contains(entryPoint))
                .flatMap(route -> Held.in(route.with()))
                .anyMatch(byWhich::isInstance);
    }

    /** Whether a session may have a connection with TLS of its own: to a relay, or to a destination. */
    private static boolean dialsWithTls(GatewayConfig config) {
        return config.settings().destinations().values().stream().anyMatch(destination -> destination.tls() != null)
                || config.sites().values().stream().anyMatch(site -> site.mode() == Mode.PLAIN);
    }

    /** What lanes keep until the other end has it: of a site at an edge, of one edge at a site. */
    private static List<Layer> tunnels(GatewayConfig config) {
        TunnelSettings given = config.settings().tunnel();
        TunnelSettings tunnel = given == null ? TunnelSettings.USUAL : given;
        List<Layer> layers = new ArrayList<>();
        for (Map.Entry<String, SiteSettings> site : config.sites().entrySet()) {
            if (site.getValue().mode() == Mode.TUNNEL) {
                layers.add(new Layer("site " + site.getKey(), "lanes", tunnel.lanes(), null, tunnel.retention(), null));
            }
        }
        config.settings().entryPoints().forEach((name, entryPoint) -> {
            if (entryPoint.hybridConnection() != null && entryPoint.mode() == Mode.TUNNEL) {
                layers.add(new Layer(name, "lanes of an edge", tunnel.lanes(), null, tunnel.retention(), null));
            }
        });
        return layers;
    }
}
