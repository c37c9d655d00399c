package io.relaygate;

import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.config.ConfigException;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.MemoryDestination;
import io.relaygate.net.Address;
import io.relaygate.net.Deadlines;
import io.relaygate.net.DialAddress;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditRecord;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.session.Sessions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a configuration without its ports: sessions come from whoever has a connection, and destinations lie in
 * memory. All else is the gateway's own, so a protocol cannot tell. For the tests of plugins.
 */
public final class Rehearsal implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Where an instance is, of which no SQL Browser is asked. */
    private static final int SQL_SERVER = 1433;

    private final Threads threads = new Threads(0);
    private final Metrics metrics = new Metrics();
    private final Deadlines deadlines;
    private final InstantSource clock;
    private final Sessions sessions;
    private final List<Route> routes = new ArrayList<>();
    private final Router router;

    private Rehearsal(GatewayConfig config, MemoryDestination.Way way, Consumer<AuditRecord> audit, InstantSource clock)
            throws IOException {
        this.clock = clock;
        this.deadlines = new Deadlines(clock);
        this.sessions = new Sessions(
                config.settings().site(), threads, clock, metrics, AuditTrail.to(audit), deadlines);
        IdentityProviders.Judges judges = new IdentityProviders(clock).judges(config.settings().identityProviders(), config.wayOut());
        config.routes().forEach(bound -> routes.add(Workshop.route(
                bound, clock, judges, bound.recognising(), bound.host(metrics, clock, deadlines, threads).begin(bound::open))));
        Function<DestinationName, Optional<Destination>> places = name -> name.site() == null
                        && config.settings().destinations().containsKey(name.name())
                ? Optional.of(new MemoryDestination(name, peer(config, name), way))
                : Optional.empty();
        this.router = new Router(new Routes(routes, name -> places.apply(name).isPresent()), sessions, places);
        sessions.follow(router);
    }

    private static Session.@Nullable Peer peer(GatewayConfig config, DestinationName name) {
        DestinationSettings there = Objects.requireNonNull(config.settings().destinations().get(name.name()));
        HostPort named = switch (there.addresses().getFirst()) {
            case Address.Tcp(HostPort target) -> target;
            case Address.Unix _ -> null;
            case DialAddress.Instance(String host, _) -> new HostPort(host, SQL_SERVER);
        };
        return named == null ? null : new Session.Peer(named, there.tls() != null);
    }

    /**
     * Opens the routes of a configuration. No port of it is opened, and no address of it is dialled.
     *
     * @param protocols what its routes can name
     * @param way leads to every destination that it declares
     * @param audit takes the audit's records, on any thread
     * @param clock by which sessions have their deadlines, and tasks of the protocol their times
     * @throws ConfigException with everything that is wrong
     * @throws IOException if a file that it names cannot be read
     */
    public static Rehearsal open(
            Path file,
            Map<String, Protocol<?>> protocols,
            MemoryDestination.Way way,
            Consumer<AuditRecord> audit,
            InstantSource clock)
            throws ConfigException, IOException {
        return new Rehearsal(GatewayConfig.load(file, protocols), way, audit, clock);
    }

    /** What the first route's protocol says of its settings. */
    public List<String> notes() {
        return routes.getFirst().handler().notes();
    }

    /** What the first route's protocol says would become of what a client asks; null if it does not say. */
    public @Nullable Explained explain(SessionFacts facts, List<String> asked) throws RefusedException {
        return routes.getFirst().handler().explain(facts, asked);
    }

    /**
     * A client has come.
     *
     * @param session its id, 32 hexadecimal digits
     * @param time how long it may take to be connected, and to say its first bytes
     * @return the thread that serves it to its end
     */
    public Thread serve(String entryPoint, String session, Link client, Duration time) {
        Instant now = clock.instant();
        Arrival arrival = new Arrival(
                entryPoint, session, "127.0.0.1:1024", InetAddress.getLoopbackAddress(), Caller.ANONYMOUS, null, null, null,
                null, null, now, now.plus(time), time, new Waiting(client));
        return threads.start("session " + session, () -> router.serve(arrival));
    }

    /** The clock was moved: what is due now is done now. */
    public void clockMoved() {
        deadlines.wake();
    }

    /** All metrics, as Prometheus reads them. */
    public String metrics() {
        return metrics.exposition();
    }

    /** How many sessions are open. */
    public int sessions() {
        return sessions.open();
    }

    /** How many threads work for sessions. */
    public int threads() {
        return threads.alive();
    }

    /** Breaks what is still open, and closes the routes' handlers. */
    @Override
    public void close() {
        sessions.kill(Ending.SHUTDOWN);
        sessions.awaitNone(LIMIT);
        routes.forEach(route -> route.handler().close());
        deadlines.close();
        threads.close();
    }

    /** A client that waits with its connection. */
    private record Waiting(Link link) implements Client {

        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Link accept(Instant deadline) {
            return link;
        }

        @Override
        public void refuse(RefusedException why) {
            link.abort();
        }
    }
}
