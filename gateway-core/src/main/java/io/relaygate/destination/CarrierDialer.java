package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.OtherProcessException;
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
public final class CarrierDialer implements EdgeTunnel.Dialer {

    /** How long a relay that has lost a carrier comes after others. */
    private static final Duration DOUBT = Duration.ofSeconds(30);

    private final String hybridConnection;
    private final List<Relay> relays;
    private final Reach reach;
    private final LongSupplier clock;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<String, Long> lost = new ConcurrentHashMap<>();

    /**
     * A dialer.
     *
     * @param relays the site's namespaces
     * @param reach is told what every attempt comes to
     */
    public CarrierDialer(String hybridConnection, List<Relay> relays, Reach reach) {
        this(hybridConnection, relays, reach, System::nanoTime);
    }

    CarrierDialer(String hybridConnection, List<Relay> relays, Reach reach, LongSupplier clock) {
        this.hybridConnection = hybridConnection;
        this.relays = List.copyOf(relays);
        this.reach = reach;
        this.clock = clock;
    }

    @Override
    public void lost(String relay) {
        lost.put(relay, clock.getAsLong());
    }

    @Override
    public EdgeTunnel.Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(RelayHeaders.TUNNEL, EdgeTunnel.VERSIONS));
        if (boot != null) {
            headers.put(RelayHeaders.BOOT, boot);
        }
        Failures failures = new Failures();
        List<Relay> order = order();
        for (int i = 0; i < order.size(); i++) {
            Relay relay = order.get(i);
            Instant now = Instant.now();
            Instant share = now.plus(Duration.between(now, deadline).dividedBy(order.size() - i));
            try {
                Link link = relay.connect(hybridConnection, null, headers, share);
                reach.reached(relay.name());
                lost.remove(relay.name());
                return new EdgeTunnel.Opened(link, relay.name());
            } catch (RefusedException e) {
                Refusal.OtherProcess other = Refusal.OtherProcess.of(e);
                if (other != null) {
                    reach.reached(relay.name());
                    throw new OtherProcessException(other.instance(), other.boot());
                }
                reach.failed(relay.name(), e);
                failures.add(e);
            }
        }
        throw failures.all("");
    }

    @Override
    public void failed(String relay, RefusedException why) {
        reach.failed(relay, why);
    }

    /**
     * Healthy ones first, and before those that have just lost a carrier: a relay that is frozen would hold the attempt
     * up. Lanes begin with different ones, so that they do not all end with one of them.
     */
    private List<Relay> order() {
        List<Relay> order = new ArrayList<>(relays);
        Collections.rotate(order, -Math.floorMod(turn.getAndIncrement(), relays.size()));
        order.sort(Comparator.comparing((Relay relay) -> !relay.healthy()).thenComparing(this::lostLately));
        return order;
    }

    private boolean lostLately(Relay relay) {
        Long when = lost.get(relay.name());
        return when != null && clock.getAsLong() - when < DOUBT.toNanos();
    }
}
