package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Open;
import io.relaygate.tunnel.SiteTunnel;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every sender is a carrier of an edge's lane, on which sessions come. */
final class TunnelDoor implements Door {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelDoor.class);

    private final RelayEntryPoint entryPoint;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;
    private final SiteTunnel tunnel;
    private volatile boolean leaving;

    TunnelDoor(
            RelayEntryPoint entryPoint,
            String hybridConnection,
            Tunnelling tunnelling,
            InstantSource clock,
            Consumer<Arrival> arrivals) {
        this.entryPoint = entryPoint;
        this.clock = clock;
        this.arrivals = arrivals;
        this.tunnel = new SiteTunnel(
                tunnelling.instances().apply("hybrid connection " + hybridConnection),
                tunnelling.settings(),
                tunnelling.threads(),
                tunnelling.budget(),
                tunnelling.slots(),
                this::arrived);
    }

    @Override
    public void take(Relay relay, Offer offer) {
        if (RelayEntryPoint.header(offer, RelayHeaders.TUNNEL) == null) {
            offer.reject(new RefusedException(Reason.MALFORMED, "entry point " + entryPoint.name()
                    + " takes RelayGate edges in tunnel mode only: give it, or the site at the edge, the same `mode`"));
            return;
        }
        String boot = RelayEntryPoint.header(offer, RelayHeaders.BOOT);
        if (boot != null && !boot.equals(tunnel.boot())) {
            offer.reject(new Refusal.OtherProcess(tunnel.instance(), tunnel.boot()).refusal());
            return;
        }
        if (boot == null && leaving) {
            offer.reject(new RefusedException(Reason.BUSY, "the site gateway is shutting down"));
            return;
        }
        try {
            Link carrier = offer.accept(clock.instant().plus(entryPoint.settings().routeTimeout()));
            tunnel.serve(carrier, new SiteTunnel.Origin(relay.name(), offer.remote()));
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("entryPoint", entryPoint.name()).addKeyValue("reason", e.getMessage())
                    .log("a carrier could not be accepted");
        }
    }

    private void arrived(Open what, SiteTunnel.Offer offer) {
        EntryPointSettings now = entryPoint.settings();
        arrivals.accept(new Arrival(
                entryPoint.name(),
                SessionIds.givenOrNext(what.session()),
                what.source(),
                RelayEntryPoint.addressOf(offer.origin().remote()),
                Caller.ANONYMOUS,
                null,
                what.service(),
                offer.origin().relay(),
                what.entryPoint(),
                clock.instant().plus(now.routeTimeout()),
                now.silence(),
                new TunnelledClient(offer)));
    }

    /** A session that an edge has opened. */
    private record TunnelledClient(SiteTunnel.Offer offer) implements Client {

        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Link accept(Instant deadline) throws IOException {
            return offer.accept();
        }

        @Override
        public void refuse(RefusedException why) {
            offer.refuse(why);
        }
    }

    @Override
    public void leave(Runnable whenEmpty) {
        leaving = true;
        tunnel.leave(whenEmpty);
    }

    @Override
    public void close() {
        tunnel.close();
    }
}
