package io.relaygate;

import io.relaygate.admin.AdminSettings;
import io.relaygate.config.Binder;
import io.relaygate.config.Block;
import io.relaygate.config.Bound;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Nearest;
import io.relaygate.config.Place;
import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that has been read and checked: whatever is named in it is there.
 *
 * @param file the file it was read from
 * @param settings what is written there
 * @param stateDir where the gateway keeps what it must remember; need not exist yet
 * @param sites the sites, with {@code siteDefaults} filled in and {@code {site}} replaced; nothing in them is null
 * @param routes the routes in their order, each with its protocol
 */
public record GatewayConfig(
        Path file, GatewaySettings settings, Path stateDir, Map<String, SiteSettings> sites, List<BoundRoute<?>> routes) {

    /** Where the admin port is to be: what is written, or a free port of this machine alone. */
    AdminSettings admin() {
        AdminSettings given = settings.admin();
        return given == null ? new AdminSettings(new HostPort("127.0.0.1", 0)) : given;
    }

    /**
     * A route with its protocol.
     *
     * @param settings the route
     * @param protocol the protocol that it names
     * @param with the protocol's settings
     * @param <S> their type
     */
    public record BoundRoute<S extends Record>(RouteSettings settings, Protocol<S> protocol, S with) {

        /**
         * Makes the route's handler.
         *
         * @throws IllegalArgumentException if the protocol cannot work so; the configuration was checked for it
         */
        public ProtocolHandler open() {
            return protocol.open(with, new Names(settings.name(), settings.to() != null));
        }
    }

    /** What a route tells its protocol. */
    private record Names(String route, boolean namesDestination) implements RouteContext {}

    /**
     * Reads a configuration and checks all of it. Opens no connection and writes nothing; reads the files that it names.
     *
     * @param file the configuration file
     * @param protocols the protocols that routes can name, by name
     * @throws ConfigException with everything that is wrong
     */
    public static GatewayConfig load(Path file, Map<String, Protocol<?>> protocols) throws ConfigException {
        Problems problems = new Problems();
        Bound<GatewaySettings> bound = Binder.read(file, GatewaySettings.class, problems);
        if (bound == null) {
            throw new ConfigException(problems.all());
        }
        Draft draft = new Draft(bound.value(), bound.origins(), problems);
        GatewayConfig config = check(file, draft, protocols);
        if (!problems.none()) {
            throw new ConfigException(problems.all());
        }
        return config;
    }

    private static GatewayConfig check(Path file, Draft draft, Map<String, Protocol<?>> protocols) {
        GatewaySettings settings = draft.settings();
        new NameChecks(draft).run();
        Map<String, SiteSettings> sites = new SiteChecks(draft).run();
        new NamespaceChecks(draft).run(sites.values());
        new RelayChecks(draft).run();
        new EntryPointChecks(draft).run();
        DestinationChecks destinations = new DestinationChecks(draft, sites);
        new RouteChecks(draft, sites, destinations::isDeclared).run();
        List<BoundRoute<?>> routes = routes(draft, destinations, protocols);
        folder(draft, "plugins", settings.plugins(), true);
        folder(draft, "stateDir", settings.stateDir(), false);
        if (!draft.gives(settings, "entryPoints") && !draft.gives(settings, "relay")) {
            draft.wrong(settings, "nothing to do: give `entryPoints:` and `routes:`, or a `relay:`");
        }
        return new GatewayConfig(file, settings, stateDir(file, settings), sites, routes);
    }

    /** Where the gateway keeps what it must remember. */
    static Path stateDir(Path file, @Nullable GatewaySettings settings) {
        Path given = settings == null ? null : settings.stateDir();
        return given == null ? file.toAbsolutePath().resolveSibling("relaygate-state") : given;
    }

    private static void folder(Draft draft, String component, @Nullable Path folder, boolean needed) {
        if (folder != null && !Files.isDirectory(folder) && (needed || Files.exists(folder))) {
            draft.wrong(draft.settings(), component, (Files.exists(folder) ? "not a folder: " : "no such folder: ") + folder);
        }
    }

    private static List<BoundRoute<?>> routes(
            Draft draft, DestinationChecks destinations, Map<String, Protocol<?>> protocols) {
        List<BoundRoute<?>> routes = new ArrayList<>();
        for (RouteSettings route : draft.settings().routes()) {
            destinations.to(route);
            Protocol<?> protocol = protocols.get(String.valueOf(route.protocol()));
            BoundRoute<?> bound = protocol == null ? null : bind(draft, destinations, route, protocol);
            if (bound != null) {
                routes.add(bound);
            } else if (draft.gives(route, "with")) {
                destinations.unreadable();
            }
            if (protocol == null && route.protocol() != null) {
                draft.wrong(route, "protocol", "no plugin brings " + Problems.quote(route.protocol())
                        + Nearest.hint(route.protocol(), protocols.keySet()));
            }
        }
        destinations.unused();
        return routes;
    }

    private static <S extends Record> @Nullable BoundRoute<S> bind(
            Draft draft, DestinationChecks destinations, RouteSettings route, Protocol<S> protocol) {
        if (route.with() == null && draft.gives(route, "with")) {
            return null;
        }
        int before = draft.problems().count();
        Place place = draft.origins().of(route);
        Block block = route.with() == null ? Block.none(place, draft.origins().path(route, "with")) : route.with();
        try {
            Bound<S> with = block.bind(protocol.settings(), draft.problems());
            if (with == null) {
                return null;
            }
            if (draft.problems().count() > before) {
                destinations.unreadable();
            }
            destinations.with(with);
            BoundRoute<S> bound = new BoundRoute<>(route, protocol, with.value());
            boolean sound = draft.problems().count() == before && !draft.isWrong(route, "to") && !draft.isWrong(route, "name");
            if (sound && draft.gives(route, "name")) {
                bound.open().close();
            }
            return bound;
        } catch (IllegalArgumentException e) {
            draft.wrong(route, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            draft.wrong(route, "protocol", "the plugin of protocol " + protocol.name() + " fails: " + e);
        }
        return null;
    }
}
