package io.relaygate;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.Trust;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DialContext;
import io.relaygate.destination.Reach;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.PortEntryPoint;
import io.relaygate.entrypoint.SessionIds;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Address;
import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way from this machine to one service of a site: a gateway of which nothing else is there, no plugin and no admin port. Starts
 * nothing before it is asked for a session or a port. Any thread.
 */
public final class Forwarder implements AutoCloseable {

    private static final String ENTRY_POINT = "connect";
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(Threads.DEFAULT_BUSY);
    private final Relays relays = new Relays(threads, clock, metrics, null);
    private final Tunnels tunnels;
    private final Destination service;
    private final DestinationName name;
    private final Sessions sessions;
    private volatile @Nullable PortEntryPoint port;

    /**
     * A forwarder.
     *
     * @throws IOException if the key of this gateway cannot be read
     */
    public Forwarder(SiteWay way) throws IOException {
        Trust trust = new Trust();
        trust.prepare(way.keyFile(), Map.of()).run();
        this.tunnels = new Tunnels(new Tunnelling(
                Instance.ofThisRun()::nameOf, way.tunnel(), threads, Budget.ofProcess(), new LaneSlots(metrics), trust, new CarrierRefusals(metrics)));
        Map<String, SiteSettings> sites = Map.of(way.site(), way.settings());
        Map<String, Relay> namespaces = relays.of(way.namespaces());
        Map<String, Reach> reaches = new Reaches(clock).of(sites);
        this.service = Workshop.site(
                way.site(), way.service(), way.settings(), tunnels.of(sites, namespaces, reaches), namespaces, reaches, clock);
        this.name = new DestinationName(word(way.site()), way.service());
        this.sessions = new Sessions(null, threads, clock, metrics, AuditTrail.of(null, clock, metrics), Deadlines.shared());
    }

    /** A hybrid connection as a name, for the audit. */
    private static String word(String site) {
        String word = site.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        return word.length() <= 63 ? word : word.substring(0, 62) + "x";
    }

    /** What it leads to, for people. */
    public String words() {
        return service.words();
    }

    /**
     * Connects to the service. Whether the site takes the session may show only when it is read or written.
     *
     * @param source where the client comes from, for people
     * @throws io.relaygate.sdk.RefusedException if no relay or site can be reached in time
     */
    public Link dial(String source) throws IOException {
        Instant deadline = clock.instant().plusSeconds(60);
        return service.dial(new DialContext(SessionIds.next(), ENTRY_POINT, source, Caller.ANONYMOUS, null, List.of(), deadline)).link();
    }

    /** Carries one client that has been connected, on the calling thread and one more. Both are closed then. */
    public Splice.Outcome carry(Link client, Link connected) {
        try {
            return Splice.run(client, connected, threads);
        } finally {
            client.close();
            connected.close();
        }
    }

    /**
     * Makes sure that only this machine can reach an address.
     *
     * @throws IllegalArgumentException if others can
     */
    public static void requireOwn(Address address) {
        String trouble = Forwards.reachable(address);
        if (trouble != null) {
            throw new IllegalArgumentException(trouble);
        }
    }

    /**
     * Takes clients at a port.
     *
     * @return where it listens
     * @throws IOException if the address cannot be bound
     */
    public String listen(Address address) throws IOException {
        DestinationTemplate to = new DestinationTemplate(name.toString());
        Route route = new Route(
                ENTRY_POINT, List.of(ENTRY_POINT), null, null, List.of(), "forward", to, new Admission.Open(), null, null,
                session -> session.forward(name), List.of(), List.of());
        Router router = new Router(new Routes(List.of(route), name::equals), sessions, asked -> asked.equals(name) ? Optional.of(service) : Optional.empty());
        sessions.follow(router);
        PortEntryPoint opened = PortEntryPoint.open(ENTRY_POINT, EntryPointSettings.at(address), Alpn.NONE, threads, clock, (Arrival arrival) -> router.serve(arrival));
        port = opened;
        opened.start();
        return Objects.requireNonNull(opened.addresses().getFirst());
    }

    /** Takes no clients any more, and lets those that it has finish, for so long at the most. */
    public void drain(Duration limit) {
        if (port != null) {
            port.close();
        }
        sessions.awaitNone(limit);
    }

    /** Ends everything now; what the site must know it is told, for which there are two seconds. */
    @Override
    public void close() {
        if (port != null) {
            port.close();
        }
        sessions.kill(Ending.SHUTDOWN);
        sessions.awaitNone(KILL_LIMIT);
        tunnels.closeAllBut(Set.of());
        relays.closeAllBut(Set.of());
        threads.close();
    }
}
