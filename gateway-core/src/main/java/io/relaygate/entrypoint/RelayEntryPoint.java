package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.access.Trust;
import io.relaygate.net.Alpn;
import io.relaygate.net.SocketLink;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RequestOffer;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Mode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A hybrid connection listened on, in one or more namespaces. */
public final class RelayEntryPoint implements EntryPoint {

    private volatile String name;
    private final String hybridConnection;
    private final Door door;
    private final RequestDoor requests;
    private final Map<Relay, RelayListener> listeners = new LinkedHashMap<>();
    private final HubLimits limits;
    private volatile EntryPointSettings settings;

    private RelayEntryPoint(
            String name,
            EntryPointSettings settings,
            Tunnelling tunnelling,
            InstantSource clock,
            Consumer<Arrival> arrivals,
            Metrics metrics) {
        this.name = name;
        this.settings = settings;
        this.limits = new HubLimits(tunnelling.trust());
        this.hybridConnection = Objects.requireNonNull(settings.hybridConnection());
        this.door =
                switch (settings.mode()) {
                    case PLAIN -> new PlainDoor(this, clock, arrivals);
                    case TUNNEL -> new TunnelDoor(this, hybridConnection, tunnelling, clock, arrivals);
                };
        this.requests = new RequestDoor(this, tunnelling.trust(), clock, arrivals, metrics);
    }

    /**
     * Begins to listen; returns at once, whether or not a relay can be reached.
     *
     * @param relays the namespaces of the settings, in their order
     * @param arrivals takes every arrival, on a thread of its own
     * @param metrics counts how HTTP requests are answered
     */
    public static RelayEntryPoint open(
            String name,
            EntryPointSettings settings,
            List<Relay> relays,
            Tunnelling tunnelling,
            InstantSource clock,
            Consumer<Arrival> arrivals,
            Metrics metrics) {
        RelayEntryPoint entryPoint = new RelayEntryPoint(name, settings, tunnelling, clock, arrivals, metrics);
        for (Relay relay : relays) {
            entryPoint.listeners.put(
                    relay,
                    relay.listen(
                            entryPoint.hybridConnection,
                            settings.controlChannels(),
                            offer -> entryPoint.take(relay, offer)));
        }
        return entryPoint;
    }

    /**
     * Whether HTTP requests to the hybrid connection may come in.
     *
     * @throws RefusedException NOT_ALLOWED if only edges may, who prove who they are
     */
    public static void requireRequests(String name, EntryPointSettings settings, Trust trust) throws RefusedException {
        if (settings.mode() == Mode.TUNNEL && trust.knowsSenders()) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED, "entry point '" + name + "' takes edges that it knows by their keys (senders), and no HTTP requests");
        }
    }

    private void take(Relay relay, Offer offer) {
        if (offer instanceof RequestOffer request) {
            requests.take(relay, request);
        } else {
            door.take(relay, offer);
        }
    }

    /** The sender's address as the relay reports it, or null if what it reports is none. */
    static @Nullable InetAddress addressOf(String remote) {
        InetSocketAddress address = SocketLink.address(remote);
        return address == null ? null : address.getAddress();
    }

    /**
     * A client, as it counts in the limits.
     *
     * @param sender the edge that has proven that it sends it, or null
     */
    Client counted(Client client, @Nullable String sender) {
        return CountedClient.of(client, limits, name, settings, sender);
    }

    static @Nullable String header(Offer offer, String name) {
        return offer.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EntryPointSettings settings() {
        return settings;
    }

    @Override
    public List<String> addresses() {
        return listeners.keySet().stream()
                .map(relay -> relay.name() + "/" + hybridConnection)
                .toList();
    }

    @Override
    public @Nullable String trouble() {
        if (listeners.values().stream().anyMatch(listener -> listener.connected() > 0)) {
            return null;
        }
        return listeners.entrySet().stream()
                .map(listener -> listener.getKey().name() + "/" + hybridConnection + ": " + listener.getValue().state())
                .collect(Collectors.joining("; ", "no relay is connected: ", ""));
    }

    /**
     * How it listens in one namespace.
     *
     * @param namespace the namespace's name
     * @param hybridConnection the path that is listened on
     * @param connected how many control channels are up
     * @param wanted how many there are to be
     * @param state what they do, in words
     */
    public record Listening(String namespace, String hybridConnection, int connected, int wanted, String state) {}

    /** How it listens, in each namespace. */
    public List<Listening> listening() {
        return listeners.entrySet().stream()
                .map(each -> new Listening(
                        each.getKey().name(),
                        hybridConnection,
                        each.getValue().connected(),
                        each.getValue().wanted(),
                        each.getValue().state()))
                .toList();
    }

    @Override
    public boolean fits(EntryPointSettings other, List<Relay> otherRelays) {
        return hybridConnection.equals(other.hybridConnection())
                && settings.controlChannels() == other.controlChannels()
                && settings.mode() == other.mode()
                && listeners.keySet().equals(Set.copyOf(otherRelays));
    }

    @Override
    public Runnable prepare(String changedName, EntryPointSettings changed, Alpn alpn) {
        return () -> {
            name = changedName;
            settings = changed;
        };
    }

    @Override
    public void review() {
        door.review();
    }

    @Override
    public void close() {
        if (settings.mode() == Mode.TUNNEL) {
            requests.leave();
        }
        door.leave(() -> listeners.values().forEach(RelayListener::close));
    }

    @Override
    public void release() {
        door.close();
        listeners.values().forEach(RelayListener::close);
    }
}
