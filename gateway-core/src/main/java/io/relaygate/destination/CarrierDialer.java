package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Dials the carriers of the lanes to one site, over whichever of its namespaces can be reached. */
public final class CarrierDialer implements EdgeTunnel.Dialer {

    private final String hybridConnection;
    private final List<Relay> relays;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * A dialer.
     *
     * @param relays the site's namespaces
     */
    public CarrierDialer(String hybridConnection, List<Relay> relays) {
        this.hybridConnection = hybridConnection;
        this.relays = List.copyOf(relays);
    }

    @Override
    public EdgeTunnel.Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of(RelayHeaders.TUNNEL, EdgeTunnel.VERSIONS));
        if (boot != null) {
            headers.put(RelayHeaders.BOOT, boot);
        }
        List<String> failures = new ArrayList<>();
        Reason reason = Reason.NO_RELAY;
        List<Relay> order = order();
        for (int i = 0; i < order.size(); i++) {
            Relay relay = order.get(i);
            Instant now = Instant.now();
            Instant share = now.plus(Duration.between(now, deadline).dividedBy(order.size() - i));
            try {
                Link link = relay.connect(hybridConnection, null, headers, share);
                return new EdgeTunnel.Opened(link, relay.name());
            } catch (RefusedException e) {
                Refusal.OtherProcess other = Refusal.OtherProcess.of(e);
                if (other != null) {
                    throw new OtherProcessException(other.instance(), other.boot());
                }
                reason = e.reason() == Reason.NO_RELAY && !failures.isEmpty() ? reason : e.reason();
                failures.add(e.getMessage());
            }
        }
        throw new RefusedException(reason, String.join("; ", failures));
    }

    /** Healthy ones first; lanes begin with different ones, so that they do not all end with one of them. */
    private List<Relay> order() {
        List<Relay> order = new ArrayList<>(relays);
        Collections.rotate(order, -Math.floorMod(turn.getAndIncrement(), relays.size()));
        order.sort(Comparator.comparing((Relay relay) -> !relay.healthy()));
        return order;
    }
}
