package io.relaygate;

import io.relaygate.admin.AdminSettings;
import io.relaygate.azure.EntraCredential;
import io.relaygate.azure.Identities;
import io.relaygate.azure.KeyVaultSettings;
import io.relaygate.azure.KeyVaults;
import io.relaygate.azure.SignIn;
import io.relaygate.config.Binder;
import io.relaygate.config.Bound;
import io.relaygate.config.ConfigException;
import io.relaygate.config.PrivateFiles;
import io.relaygate.config.Problems;
import io.relaygate.config.SecretStore;
import io.relaygate.destination.DialerHost;
import io.relaygate.destination.SiteSettings;
import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.Metrics;
import io.relaygate.route.Route;
import io.relaygate.route.RouteHost;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that has been read and checked: whatever is named in it is there.
 *
 * @param file the file it was read from
 * @param settings what is written there
 * @param stateDir where the gateway keeps what it must remember; need not exist yet
 * @param sites the sites, with {@code siteDefaults} filled in and {@code {site}} replaced; nothing in them is null
 * @param routes the routes in their order, each with its protocol
 * @param vias the dialers of destinations that name one, by the destinations' names
 */
public record GatewayConfig(
        Path file,
        GatewaySettings settings,
        Path stateDir,
        Map<String, SiteSettings> sites,
        List<BoundRoute<?>> routes,
        Map<String, BoundVia<?>> vias) {

    /** What it says of the ports of the gateway, by the names of entry points, and {@code admin}, {@code health}, {@code relay}. */
    Map<String, String> ports() {
        Map<String, String> ports = new HashMap<>();
        settings.entryPoints().forEach((name, each) -> ports.put(name, String.valueOf(each.listen())));
        ports.put("admin", String.valueOf(admin().listen()));
        ports.put("health", settings.health() == null ? "" : String.valueOf(settings.health().listen()));
        ports.put("relay", settings.relay() == null ? "" : String.valueOf(settings.relay().listen()));
        return ports;
    }

    /** Opens the dialer that a destination is reached by; null if it is reached straight on. Whoever opens it closes it. */
    public DialerHost.@Nullable Opened openVia(String destination, Metrics metrics, Threads threads) {
        BoundVia<?> via = vias.get(destination);
        return via == null ? null : via.open(metrics, threads);
    }

    /** What is no mistake but should be known, one line each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(TrustChecks.notes(this));
        Identities identities = new Identities(System.getenv(), stateDir);
        settings.namespaces().forEach((name, namespace) -> {
            EntraCredential identity = namespace.entra();
            SignIn signIn = identity == null ? null : identities.signIn(identity, namespace.caFile(), wayOut());
            if (signIn != null && !signIn.isDone()) {
                notes.add("namespace " + name + ": nobody has signed in yet; `relaygate login` lets somebody");
            }
        });
        routes.forEach(route -> route.notes().forEach(note -> notes.add("route " + route.settings().name() + ": " + note)));
        return notes;
    }

    /** How what is on the internet is reached. */
    public WayOut wayOut() {
        return WayOut.of(settings.outboundProxy(), System.getenv());
    }

    /** The file of the key by which other gateways know this one; null if nothing here needs one. */
    @Nullable Path keyFile() {
        return TrustChecks.needKey(settings, sites.values()) ? keyFile(settings, stateDir) : null;
    }

    /** Where that key is, or is to be made. */
    public static Path keyFile(@Nullable GatewaySettings settings, Path stateDir) {
        Path given = settings == null ? null : settings.identity();
        return given == null ? stateDir.resolve("identity.pem") : given;
    }

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
     * @param notes what the protocol says of them that is no mistake
     * @param <S> their type
     */
    public record BoundRoute<S extends Record>(RouteSettings settings, Protocol<S> protocol, S with, List<String> notes) {

        BoundRoute<S> noted(List<String> said) {
            return new BoundRoute<>(settings, protocol, with, said);
        }

        /** What it speaks inside TLS: what its condition says, or else its protocol. */
        List<String> alpn() {
            RouteSettings.When when = settings.when();
            return when == null || when.alpn().isEmpty() ? protocol.alpn() : when.alpn();
        }

        /** Whether it takes HTTP requests that are sent to a hybrid connection. */
        boolean takesRequests() {
            return protocol.alpn().contains(Alpn.HTTP_1_1);
        }

        /** What looks at clients' first bytes, or null if every client is taken. */
        Route.@Nullable Recognising recognising() {
            return protocol.recognises() ? protocol::recognise : null;
        }

        /** Whether it is the route of this name, and looks at clients' first bytes. */
        boolean recognises(String name) {
            return protocol.recognises() && settings.name().equals(name);
        }

        /** What the route lends to its protocol. */
        RouteHost host(Metrics metrics, InstantSource clock, Threads threads) {
            return host(metrics, clock, Deadlines.shared(), threads);
        }

        /** The same by another timer. */
        RouteHost host(Metrics metrics, InstantSource clock, Deadlines deadlines, Threads threads) {
            Alpn spoken = new Alpn(alpn(), !alpn().isEmpty());
            boolean judged = !settings.identityProviders().isEmpty();
            RouteHost.Said said = new RouteHost.Said(settings.name(), protocol.name(), settings.to() != null, judged, spoken);
            return new RouteHost(said, metrics, clock, deadlines, threads);
        }

        /**
         * Makes the route's handler.
         *
         * @throws IllegalArgumentException if the protocol cannot work so; the configuration was checked for it
         */
        ProtocolHandler open(RouteContext context) {
            return protocol.open(with, context);
        }

        /**
         * Makes a handler that serves nobody: to see whether the protocol can work so.
         *
         * @throws IllegalArgumentException if it cannot
         */
        public ProtocolHandler tried() {
            try (Threads none = new Threads(0)) {
                return open(host(new Metrics(), InstantSource.system(), none));
            }
        }
    }

    /**
     * What an entry point that ends TLS offers to speak inside: what its routes ask for, or what their protocols speak. It is
     * required of a client that offers any, if every route says something.
     */
    Alpn alpn(String entryPoint) {
        Set<String> offered = new LinkedHashSet<>();
        boolean all = true;
        for (BoundRoute<?> route : routes) {
            if (route.settings().from().contains(entryPoint)) {
                offered.addAll(route.alpn());
                all &= !route.alpn().isEmpty();
            }
        }
        return new Alpn(List.copyOf(offered), all && !offered.isEmpty());
    }

    /** Reads and checks a configuration for itself alone, without dialers. See {@link #load(Path, Map, Map, KeyVaults)}. */
    public static GatewayConfig load(Path file, Map<String, Protocol<?>> protocols) throws ConfigException {
        return load(file, protocols, Map.of());
    }

    /** Reads and checks a configuration for itself alone. See {@link #load(Path, Map, Map, KeyVaults)}. */
    public static GatewayConfig load(Path file, Map<String, Protocol<?>> protocols, Map<String, Dialer<?>> dialers)
            throws ConfigException {
        try (Threads threads = new Threads(0)) {
            return load(file, protocols, dialers, new KeyVaults(System.getenv(), threads));
        }
    }

    /**
     * Reads a configuration and checks all of it. Writes nothing; reads the files that it names, and opens no connection but for
     * secrets of key vaults.
     *
     * @param file the configuration file
     * @param protocols the protocols that routes can name, by name
     * @param dialers the dialers that destinations can name, by name
     * @param vaults where secrets of key vaults come from
     * @throws ConfigException with everything that is wrong
     */
    public static GatewayConfig load(
            Path file, Map<String, Protocol<?>> protocols, Map<String, Dialer<?>> dialers, KeyVaults vaults) throws ConfigException {
        SecretStore store = Preview.of(file).secrets(vaults);
        Problems problems = new Problems();
        Bound<GatewaySettings> bound = Binder.read(file, GatewaySettings.class, problems, store);
        if (bound == null) {
            throw new ConfigException(problems.all());
        }
        Draft draft = new Draft(bound.value(), bound.origins(), problems);
        GatewayConfig config = check(file, Forwards.written(draft), protocols, dialers);
        if (!problems.none()) {
            throw new ConfigException(problems.all());
        }
        return config;
    }

    private static GatewayConfig check(
            Path file, Draft draft, Map<String, Protocol<?>> protocols, Map<String, Dialer<?>> dialers) {
        GatewaySettings settings = draft.settings();
        new NameChecks(draft).run();
        Map<String, SiteSettings> sites = new SiteChecks(draft).run();
        KeyVaultSettings vault = settings.keyVault();
        if (vault != null && vault.credential() != null) {
            new IdentityFiles(draft).run(vault.credential(), vault.credential(), vault.trouble());
        }
        new OutboundChecks(draft).run(System.getenv());
        new NamespaceChecks(draft).run(sites.values());
        new RelayChecks(draft).run();
        new AuditChecks(draft).run();
        new TrustChecks(draft, sites).run(stateDir(file, settings));
        new EntryPointChecks(draft).run();
        new IdentityChecks(draft).run();
        DestinationChecks destinations = new DestinationChecks(draft, sites);
        destinations.places();
        new RouteChecks(draft, sites, destinations::isDeclared, name -> recognises(protocols, name)).run();
        Map<String, BoundVia<?>> vias = new ViaChecks(draft, dialers).run();
        List<BoundRoute<?>> routes = new RouteBinding(draft, destinations, protocols).run();
        if (draft.refusesInsecureFiles()) {
            PrivateFiles.check(settings, draft.origins(), draft.problems());
        }
        folder(draft, "plugins", settings.plugins(), true);
        publishers(draft);
        folder(draft, "stateDir", settings.stateDir(), false);
        if (!draft.gives(settings, "entryPoints") && !draft.gives(settings, "relay")) {
            draft.wrong(settings, "nothing to do: give `entryPoints:` and `routes:`, `forwards:`, or a `relay:`");
        }
        return new GatewayConfig(file, settings, stateDir(file, settings), sites, routes, vias);
    }

    private static boolean recognises(Map<String, Protocol<?>> protocols, String name) {
        Protocol<?> protocol = protocols.get(name);
        return protocol != null && protocol.recognises();
    }

    /** Where the gateway keeps what it must remember. */
    static Path stateDir(Path file, @Nullable GatewaySettings settings) {
        Path given = settings == null ? null : settings.stateDir();
        return given == null ? file.toAbsolutePath().resolveSibling("relaygate-state") : given;
    }

    private static void publishers(Draft draft) {
        GatewaySettings settings = draft.settings();
        boolean signed = settings.pluginTrust() == GatewaySettings.PluginTrusting.SIGNED;
        if (signed && !draft.gives(settings, "pluginPublishers")) {
            draft.wrong(settings, "pluginTrust", "nobody could have signed a plugin: `pluginPublishers` is missing");
        } else if (!signed && draft.gives(settings, "pluginPublishers")) {
            draft.wrong(settings, "pluginPublishers", "needs `pluginTrust: signed`");
        }
    }

    private static void folder(Draft draft, String component, @Nullable Path folder, boolean needed) {
        if (folder != null && !Files.isDirectory(folder) && (needed || Files.exists(folder))) {
            draft.wrong(draft.settings(), component, (Files.exists(folder) ? "not a folder: " : "no such folder: ") + folder);
        }
    }
}
