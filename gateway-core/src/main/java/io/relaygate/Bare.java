package io.relaygate;

import io.relaygate.access.Admission;
import io.relaygate.access.Trust;
import io.relaygate.destination.Destination;
import io.relaygate.entrypoint.EntryPoint;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.PortEntryPoint;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Alpn;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.session.Sessions;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A gateway for which nobody wrote a configuration: no plugin and no admin port, and every session is forwarded. It has
 * nothing open before it is told. Any thread.
 */
final class Bare implements AutoCloseable {

    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final InstantSource clock = InstantSource.system();
    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(Threads.DEFAULT_BUSY);
    private final Relays relays;
    private final Sessions sessions = new Sessions(null, threads, clock, metrics, AuditTrail.of(null, clock, metrics), Deadlines.shared());
    private final List<EntryPoint> open = new ArrayList<>();
    private @Nullable Router router;

    /**
     * Nothing is open.
     *
     * @param stateDir where is kept that somebody has signed in; need not be there
     */
    Bare(Path stateDir) {
        this.relays = new Relays(stateDir, threads, clock, metrics, null);
    }

    InstantSource clock() {
        return clock;
    }

    Metrics metrics() {
        return metrics;
    }

    Threads threads() {
        return threads;
    }

    Relays relays() {
        return relays;
    }

    /** What entry points and ways in tunnel mode need. */
    Tunnelling tunnelling(TunnelSettings settings, Trust trust) {
        return new Tunnelling(
                Instance.ofThisRun()::nameOf, settings, threads, Budget.ofProcess(), new LaneSlots(metrics), trust, new CarrierRefusals(metrics));
    }

    /** A name that the audit takes, made of what is none, such as a hybrid connection's. */
    static String word(String name) {
        String word = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        return word.length() <= 63 ? word : word.substring(0, 62) + "x";
    }

    /** A route that is open to whoever comes. */
    static Route forward(String name, String entryPoint, @Nullable String service, DestinationName to) {
        return new Route(
                name, List.of(entryPoint), service, null, List.of(), "forward", new DestinationTemplate(to.toString()), new Admission.Open(), null,
                null, session -> session.forward(to), List.of(), List.of());
    }

    /** Sessions are routed so from now on; before any entry point is opened. */
    void route(List<Route> routes, Map<DestinationName, Destination> destinations) {
        Router made = new Router(
                new Routes(routes, destinations::containsKey), sessions, name -> Optional.ofNullable(destinations.get(name)));
        sessions.follow(made);
        router = made;
    }

    /**
     * Takes clients at a port, or at a Unix socket that is for this user alone.
     *
     * @return where it listens
     * @throws IOException if the address cannot be bound
     */
    synchronized String listen(String name, EntryPointSettings settings) throws IOException {
        PortEntryPoint port = PortEntryPoint.open(name, settings, Alpn.NONE, threads, clock, Objects.requireNonNull(router)::serve);
        open.add(port);
        port.restrict();
        port.start();
        return port.addresses().getFirst();
    }

    /** Listens on a hybrid connection, in plain mode. */
    synchronized void listen(String name, EntryPointSettings settings, Relay relay) {
        open.add(RelayEntryPoint.open(
                name, settings, List.of(relay), tunnelling(TunnelSettings.USUAL, new Trust()), clock, Objects.requireNonNull(router)::serve, metrics));
    }

    /** Takes no clients any more, and lets those that it has finish, for so long at the most. */
    void drain(Duration limit) {
        stop();
        sessions.awaitNone(limit);
    }

    private synchronized void stop() {
        open.forEach(EntryPoint::close);
    }

    /**
     * Ends everything now; what a site must know it is told, for which there are two seconds.
     *
     * @param between ends what sessions have used, and what uses relays and threads
     */
    void close(Runnable between) {
        stop();
        sessions.kill(Ending.SHUTDOWN);
        sessions.awaitNone(KILL_LIMIT);
        synchronized (this) {
            open.forEach(EntryPoint::release);
        }
        between.run();
        relays.closeAllBut(Set.of());
        threads.close();
    }

    @Override
    public void close() {
        close(() -> {});
    }
}
