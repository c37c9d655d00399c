package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.Dialer;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.Opened;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Dials the carriers of the lanes to one site, over whichever of its namespaces can be reached. */
public final class CarrierDialer implements Dialer {

    /** How long a relay that has disappointed comes after others. */
    private static final Duration DOUBT = Duration.ofSeconds(30);

    /** A handshake through a relay on another continent takes not much longer. */
    private static final Duration HEAD_START = Duration.ofMillis(500);

    private final String hybridConnection;
    private final List<Relay> relays;
    private final Reach reach;
    private final Threads threads;
    private final @Nullable CarrierSeal seal;
    private final LongSupplier clock;
    private final AtomicInteger turn = new AtomicInteger();
    /** When each relay, by name, has lost a carrier or let an attempt fail, if it has connected none since. */
    private final Map<String, Long> disappointed = new ConcurrentHashMap<>();

    /**
     * A dialer.
     *
     * @param relays the site's namespaces
     * @param reach is told what every attempt comes to
     * @param seal seals every carrier, or null if none is sealed
     */
    public CarrierDialer(
            String hybridConnection, List<Relay> relays, Reach reach, Threads threads, @Nullable CarrierSeal seal) {
        this(hybridConnection, relays, reach, threads, seal, System::nanoTime);
    }

    CarrierDialer(
            String hybridConnection,
            List<Relay> relays,
            Reach reach,
            Threads threads,
            @Nullable CarrierSeal seal,
            LongSupplier clock) {
        this.hybridConnection = hybridConnection;
        this.relays = List.copyOf(relays);
        this.reach = reach;
        this.threads = threads;
        this.seal = seal;
        this.clock = clock;
    }

    @Override
    public void lost(String relay) {
        disappointed.put(relay, clock.getAsLong());
    }

    @Override
    public Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(RelayHeaders.TUNNEL, EdgeTunnel.VERSIONS));
        if (boot != null) {
            headers.put(RelayHeaders.BOOT, boot);
        }
        if (seal != null) {
            headers.put(RelayHeaders.SEALED, "1");
        }
        return new CarrierRace(threads, HEAD_START).winner(order(), relay -> connect(relay, headers, deadline), deadline);
    }

    private Opened connect(Relay relay, Map<String, String> headers, Instant deadline) throws IOException {
        try {
            Link link = relay.connect(hybridConnection, null, headers, deadline);
            answered(relay);
            return seal == null ? new Opened(link, relay.name()) : seal.apply(link, relay.name(), deadline);
        } catch (RefusedException e) {
            if (Refusal.OtherProcess.of(e) == null) {
                failed(relay.name(), e);
            } else {
                answered(relay);
            }
            throw e;
        }
    }

    private void answered(Relay relay) {
        reach.reached(relay.name());
        disappointed.remove(relay.name());
    }

    @Override
    public void failed(String relay, RefusedException why) {
        reach.failed(relay, why);
        lost(relay);
    }

    /**
     * Those without a trouble of late in turn, so that lanes do not all end with one of them; then the others, the one
     * that has disappointed last at the end: it may be frozen, and would hold the attempt up.
     */
    private List<Relay> order() {
        List<Relay> order = new ArrayList<>(relays);
        Collections.rotate(order, -Math.floorMod(turn.getAndIncrement(), relays.size()));
        Map<Relay, Long> peace = new HashMap<>();
        relays.forEach(relay -> peace.put(relay, peace(relay)));
        order.sort(Comparator.comparing(peace::get, Comparator.reverseOrder()));
        return order;
    }

    /** For how many nanoseconds a relay has not disappointed; at the most {@link #DOUBT}, and less if it is not healthy. */
    private long peace(Relay relay) {
        long most = DOUBT.toNanos() - (relay.healthy() ? 0 : 1);
        Long when = disappointed.get(relay.name());
        return when == null ? most : Math.min(most, clock.getAsLong() - when);
    }
}
