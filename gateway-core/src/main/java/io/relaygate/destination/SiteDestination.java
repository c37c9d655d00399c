package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.relay.BridgePreamble;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A service at a site behind a relay: the site's namespaces are tried until one connects. */
public final class SiteDestination implements Destination {

    private final String site;
    private final String service;
    private final String hybridConnection;
    private final Wire wire;
    private final Duration connectTimeout;
    private final List<Relay> relays;
    private final Reach reach;
    private final InstantSource clock;

    /**
     * A service as the configuration declares it.
     *
     * @param wire how the service is asked for
     * @param relays the site's namespaces in their order
     * @param connectTimeout how long one namespace may take
     * @param reach is told what every attempt comes to
     */
    public SiteDestination(
            String site,
            String service,
            String hybridConnection,
            Wire wire,
            Duration connectTimeout,
            List<Relay> relays,
            Reach reach,
            InstantSource clock) {
        this.site = site;
        this.service = service;
        this.hybridConnection = hybridConnection;
        this.wire = wire;
        this.connectTimeout = connectTimeout;
        this.relays = List.copyOf(relays);
        this.reach = reach;
        this.clock = clock;
    }

    @Override
    public Dialed dial(DialContext context) throws IOException {
        Map<String, String> headers =
                Map.of(RelayHeaders.SESSION, context.session(), RelayHeaders.ENTRY_POINT, context.entryPoint());
        Failures failures = new Failures();
        for (Relay relay : healthyFirst()) {
            Instant limit = clock.instant().plus(connectTimeout);
            Instant deadline = limit.isBefore(context.deadline()) ? limit : context.deadline();
            try {
                Link link = connect(relay, headers, deadline);
                reach.reached(relay.name());
                return new Dialed(link, site + "/" + service, relay.name(), true);
            } catch (RefusedException e) {
                failed(relay, e, failures);
                if (!e.retryable()) {
                    throw failures.all(words() + ": ");
                }
            } catch (IOException e) {
                failed(relay, new RefusedException(Reason.NO_RELAY, relay.name() + ": " + e.getMessage(), e), failures);
            }
            if (!clock.instant().isBefore(context.deadline())) {
                break;
            }
        }
        throw failures.all(words() + ": ");
    }

    private Link connect(Relay relay, Map<String, String> headers, Instant deadline) throws IOException {
        if (wire == Wire.RELAYGATE) {
            return relay.connect(hybridConnection, service, headers, deadline);
        }
        Link link = relay.connect(hybridConnection, null, headers, deadline);
        try {
            BridgePreamble.ask(link, service, deadline);
            return link;
        } catch (IOException e) {
            link.abort();
            throw e;
        }
    }

    private void failed(Relay relay, RefusedException why, Failures failures) {
        reach.failed(relay.name(), why);
        failures.add(why);
    }

    @Override
    public String words() {
        return "service '" + site + "/" + service + "'";
    }

    private List<Relay> healthyFirst() {
        return relays.stream()
                .sorted(Comparator.comparing((Relay relay) -> !relay.healthy()))
                .toList();
    }
}
