package io.relaygate.destination;

import io.relaygate.access.Arrival;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.LaneTrips;
import io.relaygate.tunnel.Open;
import io.relaygate.tunnel.Opened;
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
    private final boolean sealed;
    private final InstantSource clock;

    /**
     * A service as the configuration declares it.
     *
     * @param sealed whether the tunnel's carriers are sealed; otherwise the relay would learn who calls
     */
    public TunnelDestination(
            String site, String service, Duration connectTimeout, EdgeTunnel tunnel, boolean sealed, InstantSource clock) {
        this.site = site;
        this.service = service;
        this.connectTimeout = connectTimeout;
        this.tunnel = tunnel;
        this.sealed = sealed;
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

    private Open what(DialContext context) {
        Arrival.Tls tls = context.tls();
        return sealed
                ? new Open(
                        context.session(),
                        service,
                        context.entryPoint(),
                        context.source(),
                        context.caller(),
                        tls == null ? null : new Open.Tls(tls.serverName(), tls.applicationProtocol()))
                : new Open(context.session(), service, context.entryPoint(), context.source());
    }

    @Override
    public String words() {
        return "service '" + site + "/" + service + "'";
    }

    @Override
    public Dialed dial(DialContext context) throws RefusedException {
        Instant limit = clock.instant().plus(connectTimeout);
        Instant deadline = limit.isBefore(context.deadline()) ? limit : context.deadline();
        Open what = what(context);
        if (!what.fits()) {
            throw new RefusedException(Reason.NOT_ALLOWED,
                    "the caller's name, or the names of all its groups, are too long to be told to a site");
        }
        try {
            Opened opened = tunnel.open(what, deadline);
            return new Dialed(opened.link(), site + "/" + service, opened.relay(), false);
        } catch (RefusedException e) {
            throw new RefusedException(e.reason(), words() + ": " + e.getMessage(), e);
        }
    }
}
