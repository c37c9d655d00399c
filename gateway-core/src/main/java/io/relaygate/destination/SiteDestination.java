package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A service at a site behind a relay: the site's namespaces are tried until one connects. */
public final class SiteDestination implements Destination {

    private final String site;
    private final String service;
    private final String hybridConnection;
    private final Duration connectTimeout;
    private final List<Relay> relays;
    private final InstantSource clock;

    /**
     * A service as the configuration declares it.
     *
     * @param relays the site's namespaces in their order
     * @param connectTimeout how long one namespace may take
     */
    public SiteDestination(
            String site,
            String service,
            String hybridConnection,
            Duration connectTimeout,
            List<Relay> relays,
            InstantSource clock) {
        this.site = site;
        this.service = service;
        this.hybridConnection = hybridConnection;
        this.connectTimeout = connectTimeout;
        this.relays = List.copyOf(relays);
        this.clock = clock;
    }

    @Override
    public Dialed dial(DialContext context) throws IOException {
        Map<String, String> headers =
                Map.of(RelayHeaders.SESSION, context.session(), RelayHeaders.ENTRY_POINT, context.entryPoint());
        List<String> failures = new ArrayList<>();
        Reason reason = Reason.NO_RELAY;
        for (Relay relay : healthyFirst()) {
            Instant limit = clock.instant().plus(connectTimeout);
            Instant deadline = limit.isBefore(context.deadline()) ? limit : context.deadline();
            try {
                Link link = relay.connect(hybridConnection, service, headers, deadline);
                return new Dialed(link, site + "/" + service, relay.name(), true);
            } catch (RefusedException e) {
                if (!e.retryable()) {
                    throw e;
                }
                reason = e.reason();
                failures.add(relay.name() + ": " + e.getMessage());
            } catch (IOException e) {
                failures.add(relay.name() + ": " + e.getMessage());
            }
            if (!clock.instant().isBefore(context.deadline())) {
                break;
            }
        }
        throw new RefusedException(reason, "service '" + site + "/" + service + "': " + String.join("; ", failures));
    }

    private List<Relay> healthyFirst() {
        return relays.stream()
                .sorted(Comparator.comparing((Relay relay) -> !relay.healthy()))
                .toList();
    }
}
