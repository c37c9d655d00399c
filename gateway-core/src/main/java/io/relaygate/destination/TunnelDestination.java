package io.relaygate.destination;

import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.LaneTrips;
import io.relaygate.tunnel.Open;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A service at a site, reached by the tunnel to it. */
public final class TunnelDestination implements Destination {

    private final String site;
    private final String service;
    private final Duration connectTimeout;
    private final EdgeTunnel tunnel;
    private final InstantSource clock;

    /** A service as the configuration declares it. */
    public TunnelDestination(
            String site, String service, Duration connectTimeout, EdgeTunnel tunnel, InstantSource clock) {
        this.site = site;
        this.service = service;
        this.connectTimeout = connectTimeout;
        this.tunnel = tunnel;
        this.clock = clock;
    }

    /**
     * Asks the site over every lane so many times how long the way to it and back takes; dials nobody.
     *
     * @param limit how long one lane may take for all of it
     */
    public List<LaneTrips> trips(int times, Duration limit) {
        return tunnel.trips(times, limit);
    }

    @Override
    public Dialed dial(DialContext context) throws RefusedException {
        Instant limit = clock.instant().plus(connectTimeout);
        Instant deadline = limit.isBefore(context.deadline()) ? limit : context.deadline();
        Open what = new Open(context.session(), service, context.entryPoint(), context.source());
        try {
            EdgeTunnel.Opened opened = tunnel.open(what, deadline);
            return new Dialed(opened.link(), site + "/" + service, opened.relay(), false);
        } catch (RefusedException e) {
            throw new RefusedException(e.reason(), "service '" + site + "/" + service + "': " + e.getMessage(), e);
        }
    }
}
