package io.relaygate;

import io.relaygate.access.Arrival;
import io.relaygate.admin.AddressesFile;
import io.relaygate.admin.AdminServer;
import io.relaygate.admin.BenchReport;
import io.relaygate.admin.BenchRequest;
import io.relaygate.admin.Controls;
import io.relaygate.admin.Readiness;
import io.relaygate.admin.Status;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import io.relaygate.destination.Reach;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Buffers;
import io.relaygate.net.Threads;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway. {@link #start} returns when it takes connections. */
public final class Gateway implements Controls, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Path configFile;
    private final Consumer<GatewaySettings> applied;
    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(Threads.DEFAULT_BUSY);
    private final Sessions sessions;
    private final Instance instance;
    private final EntryPoints entryPoints;
    private final Tunnels tunnels;
    private final Reaches reaches = new Reaches(clock);
    private final Overview overview;
    private final LaneSlots slots = new LaneSlots(metrics);
    private final Benchmarks benchmarks = new Benchmarks(slots);
    private final Plugins plugins;
    private final @Nullable EmbeddedRelay embedded;
    private final Relays relays;
    private final Set<Generation> generations = new HashSet<>();
    private volatile @Nullable AdminServer admin;
    private final Probes probes = new Probes(this::readiness);
    private volatile @Nullable Generation current;
    private volatile boolean draining;

    private Gateway(
            Path configFile,
            Plugins plugins,
            GatewayConfig config,
            Instance instance,
            Consumer<GatewaySettings> applied) {
        this.configFile = configFile;
        this.applied = applied;
        this.plugins = plugins;
        this.instance = instance;
        TunnelSettings given = config.settings().tunnel();
        Tunnelling tunnelling = new Tunnelling(
                instance::nameOf,
                given == null ? TunnelSettings.USUAL : given,
                threads,
                Budget.ofProcess(),
                slots);
        this.entryPoints = new EntryPoints(tunnelling, clock, this::take);
        this.tunnels = new Tunnels(tunnelling);
        this.overview = new Overview(instance.name(), entryPoints, reaches, slots, clock);
        this.sessions = new Sessions(config.settings().site(), threads, clock, metrics);
        this.embedded = config.settings().relay() == null
                ? null
                : new EmbeddedRelay(config.settings().relay(), config.stateDir(), threads, clock, metrics);
        this.relays = new Relays(
                threads, clock, metrics, embedded == null ? null : embedded.inMemory(Relays.EMBEDDED));
        metrics.gauge("relaygate_buffers_in_use", "Buffers of 64 KiB that are in use.", Buffers::outstanding);
        metrics.gauge("relaygate_tunnel_promised_bytes", "Memory that is promised to the peers of all lanes.", tunnelling.budget()::promised);
        metrics.gauge("relaygate_tunnel_promise_limit_bytes", "Memory that may be promised to the peers of all lanes.", tunnelling.budget()::most);
        metrics.gauge("relaygate_busy_pumps", "Pumps that have a platform thread.", threads::busy);
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
        GatewayConfig config = GatewayConfig.load(configFile, plugins.protocols());
        Gateway gateway = new Gateway(configFile, plugins, config, Instance.take(config.stateDir()), applied);
        try {
            gateway.open(config);
            return gateway;
        } catch (ConfigException | IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void open(GatewayConfig config) throws ConfigException, IOException {
        if (embedded != null) {
            embedded.start();
        }
        apply(config, () -> {});
        admin = new AdminServer(config.admin(), config.stateDir(), this, metrics);
        probes.prepare(config.settings().health()).carryOut();
        AddressesFile.write(config.stateDir(), addresses());
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
     * @param relay changes the embedded relay, when nothing can fail any more
     * @throws IOException if a port cannot be bound; nothing has changed then
     */
    private synchronized void apply(GatewayConfig config, Runnable relay) throws IOException {
        Map<String, Relay> namespaces = relays.of(config.settings().namespaces());
        Map<String, Reach> ways = reaches.of(config.sites());
        Generation next = new Workshop(
                        config, namespaces, tunnels.of(config.sites(), namespaces, ways), ways, sessions, clock, this::isAdminPort)
                .make(this::ended);
        EntryPoints.Change change;
        try {
            change = entryPoints.prepare(config.settings().entryPoints(), namespaces);
        } catch (IOException e) {
            next.replace();
            closeUnusedRelays();
            throw e;
        }
        Generation before = current;
        generations.add(next);
        next.review(sessions);
        current = next;
        relay.run();
        entryPoints.carryOut(change, namespaces);
        if (before != null) {
            before.replace();
        }
    }

    /** Whoever reaches a destination of ours must not reach what rules this process. */
    private boolean isAdminPort(InetSocketAddress address) {
        boolean local = address.getAddress().isLoopbackAddress() || address.getAddress().isAnyLocalAddress();
        return local && admin != null && address.getPort() == Objects.requireNonNull(admin).address().port();
    }

    private synchronized void ended(Generation generation) {
        generations.remove(generation);
        closeUnusedRelays();
    }

    private void closeUnusedRelays() {
        Set<Relay> used = new HashSet<>();
        Set<EdgeTunnel> usedTunnels = new HashSet<>();
        generations.forEach(generation -> {
            used.addAll(generation.relays());
            usedTunnels.addAll(generation.tunnels());
        });
        tunnels.closeAllBut(usedTunnels);
        relays.closeAllBut(used);
    }

    @Override
    public synchronized List<String> reload() {
        try {
            GatewayConfig before = Objects.requireNonNull(current).config();
            GatewayConfig config = GatewayConfig.load(configFile, plugins.protocols());
            List<String> fixed = Fixed.changes(before, config);
            if (!fixed.isEmpty()) {
                return refused(fixed);
            }
            RelaySettings relay = config.settings().relay();
            Runnable relayChange = embedded == null || relay == null ? () -> {} : embedded.prepare(relay);
            Probes.Change probesChange = probes.prepare(config.settings().health());
            try {
                apply(config, relayChange);
            } catch (IOException e) {
                probesChange.undo();
                throw e;
            }
            probesChange.carryOut();
            AddressesFile.write(config.stateDir(), addresses());
            applied.accept(config.settings());
            LOG.atInfo().addKeyValue("file", configFile).log("configuration applied");
            return List.of();
        } catch (ConfigException e) {
            return refused(e.problems().stream().map(Problem::toString).toList());
        } catch (IOException e) {
            return refused(List.of(String.valueOf(e.getMessage())));
        }
    }

    private List<String> refused(List<String> problems) {
        problems.forEach(problem -> LOG.atError().addKeyValue("problem", problem).log("configuration not applied"));
        return problems;
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
        entryPoints.close();
        sessions.kill(Ending.SHUTDOWN);
        sessions.awaitNone(Duration.ofSeconds(5));
        entryPoints.release();
        Generation now = current;
        if (now != null) {
            now.replace();
        }
        synchronized (this) {
            closeUnusedRelays();
        }
        if (embedded != null) {
            embedded.close();
        }
        probes.close();
        if (admin != null) {
            admin.close();
        }
        plugins.close();
        threads.close();
        instance.close();
    }
}
