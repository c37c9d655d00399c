package io.relaygate.relay.server;

import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.PemFiles;
import io.relaygate.net.Threads;
import io.relaygate.net.TlsServer;
import io.relaygate.observe.Gauge;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relay of one's own: listeners, WebSocket senders and HTTP requests of Azure's Hybrid Connections protocol on a TLS
 * port, and the gateway of the same process in memory. Any thread.
 */
public final class EmbeddedRelay implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRelay.class);

    private final Path stateDir;
    private final Threads threads;
    private final InstantSource clock;
    private final HybridConnections connections;
    private final Senders senders;
    private final Switchboard switchboard;
    private final Pairs pairs = new Pairs();
    private final Metrics metrics;
    private final Desk.Count count;
    private final Exchanges exchanges;
    private final Deadlines timer;
    private final FailureBrake brake;
    private final List<Gauge> gauges = new ArrayList<>();
    private final Set<Link> open = ConcurrentHashMap.newKeySet();
    private volatile RelaySettings settings;
    private volatile Conduct conduct;
    private volatile @Nullable AccessRules rules;
    private @Nullable FrontDoor frontDoor;
    private @Nullable HostPort address;
    private volatile boolean closed;

    /**
     * A relay that serves the process itself at once, and the wire from {@link #start} on.
     *
     * @param stateDir where the development certificate and generated keys are kept
     * @throws IllegalArgumentException if the relay would be open to others with a certificate or key that nobody has
     *     given, or a hybrid connection's path is none
     */
    public EmbeddedRelay(
            RelaySettings settings, Path stateDir, Threads threads, InstantSource clock, Metrics metrics) {
        Exposure.check(settings);
        this.settings = settings;
        this.stateDir = stateDir;
        this.threads = threads;
        this.clock = clock;
        this.connections = new HybridConnections(settings.hybridConnections(), settings.maxListeners(), clock);
        this.senders = new Senders(settings.maxWaitingSenders());
        this.conduct = Conduct.of(settings);
        this.switchboard = new Switchboard(senders, new SecureRandom(), () -> conduct().aims());
        this.metrics = metrics;
        this.count = Desk.Count.in(metrics);
        this.exchanges = new Exchanges(settings.maxWaitingSenders());
        this.timer = new Deadlines(clock);
        this.brake = new FailureBrake(clock);
        register();
    }

    private void register() {
        gauges.add(metrics.gauge(
                "relaygate_embedded_relay_waiting_senders", "Senders that wait for a listener.", senders::count));
        gauges.add(metrics.gauge(
                "relaygate_embedded_relay_waiting_requests",
                "HTTP requests that wait for a listener's answer.",
                exchanges::count));
        gauges.add(metrics.gauge(
                "relaygate_embedded_relay_connections", "Connections to the embedded relay's port.", open::size));
        for (Endpoint endpoint : connections.all()) {
            gauges.add(metrics.gauge(
                    "relaygate_embedded_relay_listeners",
                    "Who listens on a hybrid connection of the embedded relay.",
                    Map.of("hybrid_connection", endpoint.path()),
                    endpoint::listenerCount));
        }
    }

    /**
     * Opens the port, if the settings name one.
     *
     * @throws IOException if it is taken, or certificate or keys cannot be read or kept
     */
    public synchronized void start() throws IOException {
        HostPort listen = settings.listen();
        if (listen == null) {
            return;
        }
        Service service = service(settings);
        rules = service.rules();
        ServerSocketChannel server = bind(listen);
        address = new HostPort(listen.host(), server.socket().getLocalPort());
        frontDoor = new FrontDoor(server, service.tls(), service.desk(), settings, brake, threads, clock, open);
        frontDoor.start();
        LOG.atInfo().addKeyValue("address", address).log("embedded relay listens");
        if (GeneratedKeys.needed(settings)) {
            LOG.atInfo()
                    .addKeyValue("file", new GeneratedKeys(stateDir).file())
                    .log("the relay has made keys of its own");
        }
    }

    /** What the port needs of the settings. */
    private record Service(SSLContext tls, AccessRules rules, Desk desk) {}

    private Service service(RelaySettings wanted) throws IOException {
        GeneratedKeys keys = new GeneratedKeys(stateDir);
        Conduct behaves = Conduct.of(wanted);
        AccessRules wantedRules =
                new AccessRules(wanted.hosts(), keys.namespaceKeys(wanted), keys.hybridConnections(wanted), behaves.takesLongScopes());
        Listening listening =
                new Listening(wanted, behaves, connections, () -> Objects.requireNonNull(rules), brake::slows, count.renewals(), threads, clock);
        Connecting connecting =
                new Connecting(
                connections, wantedRules, switchboard, pairs, wanted.rendezvousTimeout(), behaves, timer, threads, clock);
        Requesting requesting =
                new Requesting(connections, wantedRules, switchboard, exchanges, pairs, timer, threads, clock);
        RuntimeInformation information = new RuntimeInformation(connections, wantedRules, clock);
        Desk desk = new Desk(connections, listening, connecting, new Rendezvous(senders, exchanges), requesting, information, count);
        try {
            return new Service(TlsServer.of(List.of(certificate(wanted)), null, Alpn.NONE).context(), wantedRules, desk);
        } catch (GeneralSecurityException e) {
            throw new IOException("the relay's certificate cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Makes ready to go on with other settings; what can fail fails here. What cannot change while the relay runs stays
     * as it was: where it listens, and how many handshakes and senders it bears.
     *
     * @return carries the change out: listeners and sessions stay, but listeners of a hybrid connection that is no more
     *     are sent away
     * @throws IOException if certificate or keys cannot be read or kept
     */
    public Runnable prepare(RelaySettings changed) throws IOException {
        Exposure.check(changed);
        Service service = changed.listen() == null ? null : service(changed);
        return () -> carryOut(changed, service);
    }

    private void carryOut(RelaySettings changed, @Nullable Service service) {
        List<Endpoint> gone;
        synchronized (this) {
            settings = changed;
            conduct = Conduct.of(changed);
            gone = connections.change(changed.hybridConnections(), changed.maxListeners());
            if (frontDoor != null && service != null) {
                rules = service.rules();
                frontDoor.change(service.tls(), service.desk());
            }
            gauges.forEach(Gauge::close);
            gauges.clear();
            register();
        }
        gone.forEach(Endpoint::close);
    }

    private PemFiles certificate(RelaySettings wanted) throws IOException, GeneralSecurityException {
        RelaySettings.Tls given = wanted.tls();
        return given != null
                ? PemFiles.read(given.certificate(), given.key())
                : DevelopmentCertificate.load(stateDir, clock.instant());
    }

    private static ServerSocketChannel bind(HostPort listen) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port()), BACKLOG);
            return server;
        } catch (IOException e) {
            server.close();
            BindException failure = new BindException("relay.listen: " + listen + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /**
     * The bound address.
     *
     * @throws IllegalStateException if the relay was not started or has no port
     */
    public synchronized HostPort address() {
        if (address == null) {
            throw new IllegalStateException("the relay has no port");
        }
        return address;
    }

    /** The authority of the development certificate, PEM; null if a certificate was given. */
    public @Nullable Path caFile() {
        return settings.tls() == null ? DevelopmentCertificate.caFile(stateDir) : null;
    }

    /** This relay as a namespace of the same process. */
    public Relay inMemory(String name) {
        return new MemoryRelay(name, this);
    }

    /** Drops every connection and sends every sender away. */
    @Override
    public synchronized void close() {
        closed = true;
        if (frontDoor != null) {
            frontDoor.close();
        }
        senders.close();
        exchanges.close();
        timer.close();
        open.forEach(Link::abort);
        gauges.forEach(Gauge::close);
    }

    /** Those whose frames are passed on. */
    public Pairs pairs() {
        return pairs;
    }

    /** What ends requests that nobody answers; goes by the relay's clock. */
    Deadlines timer() {
        return timer;
    }

    boolean isOpen() {
        return !closed;
    }

    HybridConnections connections() {
        return connections;
    }

    Switchboard switchboard() {
        return switchboard;
    }

    Conduct conduct() {
        return conduct;
    }

    Threads threads() {
        return threads;
    }

    Duration rendezvousTimeout() {
        return settings.rendezvousTimeout();
    }

    Link tracked(Link link) {
        return new TrackedLink(link, open);
    }
}
