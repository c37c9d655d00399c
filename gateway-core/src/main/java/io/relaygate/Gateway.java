package io.relaygate;

import io.relaygate.access.Arrival;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.access.Trust;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.admin.AddressesFile;
import io.relaygate.admin.AdminServer;
import io.relaygate.admin.BenchReport;
import io.relaygate.admin.BenchRequest;
import io.relaygate.admin.Controls;
import io.relaygate.admin.Readiness;
import io.relaygate.admin.Status;
import io.relaygate.azure.KeyVaults;
import io.relaygate.config.ConfigException;
import io.relaygate.destination.Reach;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.plugin.FolderWatch;
import io.relaygate.relay.Relay;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway. {@link #start} returns when it takes connections. */
public final class Gateway implements Controls, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Reload reload;
    private final Consumer<GatewaySettings> applied;
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Threads threads;
    private final Trust trust = new Trust();
    private final AuditTrail audit;
    private final Sessions sessions;
    private final IdentityProviders identities = new IdentityProviders(clock);
    private final Instance instance;
    private final EntryPoints entryPoints;
    private final Tunnels tunnels;
    private final Reaches reaches = new Reaches(clock);
    private final Overview overview;
    private final LaneSlots slots = new LaneSlots(metrics);
    private final Benchmarks benchmarks = new Benchmarks(slots);
    private volatile Plugins plugins;
    private final @Nullable EmbeddedRelay embedded;
    private final Relays relays;
    private final SharedUse.All uses = new SharedUse.All();
    private final Generations generations;
    private volatile @Nullable FolderWatch watch;
    private volatile @Nullable AdminServer admin;
    private final Probes probes = new Probes(this::readiness);
    private volatile @Nullable Generation current;
    private volatile boolean draining;

    private Gateway(
            Path configFile,
            Plugins plugins,
            GatewayConfig config,
            Instance instance,
            Threads threads,
            KeyVaults vaults,
            Consumer<GatewaySettings> applied) {
        this.threads = threads;
        this.reload = new Reload(configFile, vaults, () -> this.plugins);
        this.applied = applied;
        this.plugins = plugins;
        this.instance = instance;
        TunnelSettings given = config.settings().tunnel();
        Tunnelling tunnelling = new Tunnelling(
                instance::nameOf,
                given == null ? TunnelSettings.USUAL : given,
                threads,
                Budget.ofProcess(),
                slots,
                trust,
                new CarrierRefusals(metrics));
        this.entryPoints = new EntryPoints(tunnelling, clock, this::take, metrics);
        this.tunnels = new Tunnels(tunnelling);
        this.overview = new Overview(instance.name(), entryPoints, reaches, slots, clock);
        this.audit = AuditTrail.of(config.settings().audit(), clock, metrics);
        this.sessions = new Sessions(config.settings().site(), threads, clock, metrics, audit, Deadlines.shared());
        this.embedded = config.settings().relay() == null
                ? null
                : new EmbeddedRelay(config.settings().relay(), config.stateDir(), threads, clock, metrics);
        this.relays = new Relays(
                config.stateDir(), threads, clock, metrics, embedded == null ? null : embedded.inMemory(Relays.EMBEDDED));
        this.generations = new Generations(relays, tunnels);
        Gauges.register(metrics, threads, tunnelling.budget(), vaults, relays, this::departedPlugins);
    }

    /**
     * Starts a gateway.
     *
     * @param configFile its configuration
     * @param plugins the plugins, loaded; the gateway closes them when it ends
     * @param applied is told of the settings that a reload has applied
     * @throws ConfigException if the configuration has problems; no port was opened
     * @throws IOException if an address cannot be bound or a file cannot be written; everything is closed again
     */
    public static Gateway start(Path configFile, Plugins plugins, Consumer<GatewaySettings> applied)
            throws ConfigException, IOException {
        Threads threads = new Threads(Threads.DEFAULT_BUSY);
        KeyVaults vaults = new KeyVaults(System.getenv(), threads);
        GatewayConfig config = GatewayConfig.load(configFile, plugins.protocols(), plugins.dialers(), vaults);
        Gateway gateway = new Gateway(configFile, plugins, config, Instance.take(config.stateDir()), threads, vaults, applied);
        try {
            gateway.open(config);
            return gateway;
        } catch (ConfigException | IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void open(GatewayConfig config) throws ConfigException, IOException {
        audit.open(writer -> threads.startPlatform("audit", writer));
        if (embedded != null) {
            embedded.start();
        }
        apply(config, plugins, () -> {});
        admin = new AdminServer(config.admin(), config.stateDir(), this, metrics);
        probes.prepare(config.settings().health()).carryOut();
        AddressesFile.write(config.stateDir(), addresses());
        watch = plugins.watch(config.settings().watchPlugins(), this::pluginsChanged, threads);
    }

    private void pluginsChanged() {
        if (!draining) {
            LOG.atInfo().addKeyValue("folder", plugins.folder()).log("the plugins have changed");
            reload();
        }
    }

    /** Serves one arrival to its end. */
    private void take(Arrival arrival) {
        while (!Objects.requireNonNull(current).serve(arrival)) {
            Thread.onSpinWait();
        }
    }

    /**
     * Makes what the configuration asks for and puts it in place of what there is.
     *
     * @param found the plugins that it was bound against
     * @param relay changes the embedded relay, when nothing can fail any more
     * @throws IOException if a port cannot be bound; nothing has changed then
     */
    private synchronized void apply(GatewayConfig config, Plugins found, Runnable relay) throws IOException {
        Runnable trusted = trust.prepare(config.keyFile(), config.settings().senders());
        Map<String, Relay> namespaces = relays.of(config.settings().namespaces(), config.wayOut());
        Map<String, Reach> ways = reaches.of(config.sites());
        Generation next = new Workshop(
                        config, found, namespaces, tunnels.of(config.sites(), namespaces, ways), ways, sessions, clock, new OwnPorts(this::addresses), uses,
                        identities.judges(config.settings().identityProviders(), config.wayOut()), metrics, threads)
                .make(generations::ended);
        EntryPoints.Change change;
        try {
            change = entryPoints.prepare(config, namespaces);
        } catch (IOException e) {
            next.replace();
            generations.closeUnused();
            throw e;
        }
        Generation before = current;
        generations.add(next);
        trusted.run();
        KeyRights.warn(config);
        next.lead(sessions);
        current = next;
        plugins = found;
        relay.run();
        entryPoints.carryOut(change, namespaces);
        entryPoints.review();
        sessions.review();
        tunnels.review();
        if (before != null) {
            before.replace();
        }
    }

    @Override
    public synchronized List<String> reload() {
        return reload.run(Objects.requireNonNull(current).config(), this::reload);
    }

    private synchronized void reload(GatewayConfig config, Plugins found) throws IOException {
        RelaySettings relay = config.settings().relay();
        Runnable relayChange = embedded == null || relay == null ? () -> {} : embedded.prepare(relay);
        Probes.Change probesChange = probes.prepare(config.settings().health());
        try {
            apply(config, found, relayChange);
        } catch (IOException e) {
            probesChange.undo();
            throw e;
        }
        probesChange.carryOut();
        AddressesFile.write(config.stateDir(), addresses());
        audit.reopen();
        applied.accept(config.settings());
    }

    /**
     * Stops taking connections, lets sessions finish, and ends those that have not when the configuration's drain time
     * is over.
     */
    public void drain() {
        draining = true;
        new Drain(entryPoints, sessions, embedded)
                .run(Objects.requireNonNull(current).config().settings().drainTime());
    }

    @Override
    public Readiness readiness() {
        if (draining) {
            return Readiness.not("draining");
        }
        return overview.readiness(current);
    }

    @Override
    public Status status() {
        return overview.status(Objects.requireNonNull(current).config());
    }

    @Override
    public BenchReport bench(BenchRequest request) throws IOException {
        return benchmarks.run(request, Objects.requireNonNull(current).destinations());
    }

    @Override
    public List<Plugin> plugins() {
        return plugins.list();
    }

    /** How many plugins are closed and still in memory. */
    int departedPlugins() {
        return plugins.departed();
    }

    @Override
    public Map<String, String> addresses() {
        return overview.addresses(embedded, admin, probes);
    }

    @Override
    public long sessions() {
        return sessions.open();
    }

    /** Ends everything now. */
    @Override
    public void close() {
        draining = true;
        if (watch != null) {
            watch.close();
        }
        entryPoints.close();
        sessions.kill(Ending.SHUTDOWN);
        sessions.awaitNone(Duration.ofSeconds(5));
        entryPoints.release();
        Generation now = current;
        if (now != null) {
            now.replace();
        }
        generations.closeUnused();
        if (embedded != null) {
            embedded.close();
        }
        probes.close();
        if (admin != null) {
            admin.close();
        }
        plugins.close();
        audit.close();
        threads.close();
        instance.close();
    }
}
