package io.relaygate;

import io.relaygate.access.Arrival;
import io.relaygate.entrypoint.EntryPoint;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.PortEntryPoint;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.entrypoint.Tunnelling;
import io.relaygate.net.Alpn;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** The open entry points; one that a new configuration leaves as it was keeps its socket. */
final class EntryPoints {

    private final Tunnelling tunnelling;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;
    private final Metrics metrics;
    private volatile List<EntryPoint> open = List.of();

    EntryPoints(Tunnelling tunnelling, InstantSource clock, Consumer<Arrival> arrivals, Metrics metrics) {
        this.tunnelling = tunnelling;
        this.clock = clock;
        this.arrivals = arrivals;
        this.metrics = metrics;
    }

    /**
     * A change that is prepared: whatever can fail has been done.
     *
     * @param kept entry points that stay, and what takes their new names and settings over
     * @param added ports that are bound and take nobody yet
     * @param hubs hybrid connections to listen on
     */
    record Change(
            Map<EntryPoint, Runnable> kept,
            List<PortEntryPoint> added,
            Map<String, EntryPointSettings> hubs) {

        /** Gives back what was bound. */
        void undo() {
            added.forEach(PortEntryPoint::close);
        }
    }

    /**
     * Binds what a configuration adds.
     *
     * @throws IOException if a port cannot be bound; nothing has changed then
     */
    Change prepare(GatewayConfig config, Map<String, Relay> relays) throws IOException {
        Change change = new Change(new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
        try {
            for (Map.Entry<String, EntryPointSettings> entry : config.settings().entryPoints().entrySet()) {
                EntryPointSettings settings = entry.getValue();
                Alpn alpn = config.alpn(entry.getKey());
                Optional<EntryPoint> fitting = open.stream()
                        .filter(each -> !change.kept().containsKey(each))
                        .filter(each -> each.fits(settings, relaysOf(settings, relays)))
                        .findFirst();
                if (fitting.isPresent()) {
                    change.kept().put(fitting.get(), fitting.get().prepare(entry.getKey(), settings, alpn));
                } else if (settings.listen() != null) {
                    change.added().add(PortEntryPoint.open(entry.getKey(), settings, alpn, tunnelling.threads(), clock, arrivals));
                } else {
                    change.hubs().put(entry.getKey(), settings);
                }
            }
            return change;
        } catch (IOException | RuntimeException e) {
            change.undo();
            throw e;
        }
    }

    /** Carries a prepared change out; entry points that it does not name are closed. */
    void carryOut(Change change, Map<String, Relay> relays) {
        List<EntryPoint> next = new ArrayList<>();
        change.kept().forEach((entryPoint, takeOver) -> {
            takeOver.run();
            next.add(entryPoint);
        });
        change.hubs()
                .forEach((name, settings) -> next.add(
                        RelayEntryPoint.open(name, settings, relaysOf(settings, relays), tunnelling, clock, arrivals, metrics)));
        next.addAll(change.added());
        List<EntryPoint> before = open;
        open = List.copyOf(next);
        change.added().forEach(PortEntryPoint::start);
        before.stream().filter(each -> !next.contains(each)).forEach(EntryPoint::close);
    }

    private static List<Relay> relaysOf(EntryPointSettings settings, Map<String, Relay> relays) {
        return settings.namespaces().stream()
                .map(name -> Objects.requireNonNull(relays.get(name), name))
                .toList();
    }

    /** After a reload: ends what may not go on. */
    void review() {
        open.forEach(EntryPoint::review);
    }

    List<EntryPoint> open() {
        return open;
    }

    /** Stops taking arrivals. */
    void close() {
        open.forEach(EntryPoint::close);
    }

    /** Ends what sessions still needed. */
    void release() {
        open.forEach(EntryPoint::release);
    }
}
