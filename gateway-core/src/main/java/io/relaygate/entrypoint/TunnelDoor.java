package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Trust;
import io.relaygate.net.Link;
import io.relaygate.net.Seal;
import io.relaygate.net.SealException;
import io.relaygate.net.SealException.Why;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneStatus.End;
import io.relaygate.tunnel.Open;
import io.relaygate.tunnel.Origin;
import io.relaygate.tunnel.Peer;
import io.relaygate.tunnel.SiteTunnel;
import io.relaygate.tunnel.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every sender is a carrier of an edge's lane, on which sessions come. */
final class TunnelDoor implements Door {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelDoor.class);

    /** Carriers that no lane has yet: each holds buffers, and a handshake costs CPU. Edges need a few. */
    private static final int MOST_OPENING = 256;

    private final Semaphore opening = new Semaphore(MOST_OPENING);
    private final RelayEntryPoint entryPoint;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;
    private final SiteTunnel tunnel;
    private final Trust trust;
    private final Seal seal;
    private final CarrierRefusals refusals;
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
        this.trust = tunnelling.trust();
        this.refusals = tunnelling.refusals();
        this.seal = trust.fromSenders();
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
        boolean seals = RelayEntryPoint.header(offer, RelayHeaders.SEALED) != null;
        if (seals != trust.knowsSenders()) {
            refused(Why.NOT_SEALED);
            offer.reject(new RefusedException(Reason.NOT_ALLOWED, "entry point " + entryPoint.name() + (seals
                    ? " knows no edges by their keys: it needs senders, or the edge no pins"
                    : " takes sealed carriers of edges that it knows only: the edge needs pins of this site")));
            return;
        }
        if (!opening.tryAcquire()) {
            offer.reject(new RefusedException(Reason.BUSY, "too many carriers are being opened"));
            return;
        }
        try {
            serve(relay, offer, clock.instant().plus(entryPoint.settings().routeTimeout()));
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("entryPoint", entryPoint.name()).addKeyValue("remote", offer.remote())
                    .addKeyValue("reason", e.getMessage()).log("a carrier could not be accepted");
        } finally {
            opening.release();
        }
    }

    /** Asks again whether edges are known: a reload may have come between. */
    private void serve(Relay relay, Offer offer, Instant deadline) throws IOException {
        Link carrier = offer.accept(deadline);
        if (!trust.knowsSenders()) {
            tunnel.serve(carrier, new Origin(relay.name(), offer.remote()));
            return;
        }
        Seal.Sealed sealed;
        try {
            sealed = seal.server(carrier, deadline);
        } catch (SealException e) {
            refused(e.why());
            throw e;
        }
        String sender = trust.senderOf(sealed.peer());
        if (sender == null) {
            refused(Why.NOT_PINNED);
            sealed.link().abort();
            throw new IOException("the edge's key is not pinned any more");
        }
        Peer peer = new Peer(sender, sealed.peer(), sealed.own(), sealed.secret());
        tunnel.serve(sealed.link(), new Origin(relay.name(), offer.remote(), peer));
    }

    private void refused(Why why) {
        refusals.refused(End.SITE, entryPoint.name(), why);
    }

    @Override
    public void review() {
        tunnel.review(this::standing);
    }

    private Standing standing(@Nullable Peer peer) {
        if (peer == null) {
            return trust.knowsSenders() ? Standing.ENDED : Standing.KEPT;
        }
        if (!peer.name().equals(trust.senderOf(peer.pin()))) {
            return Standing.ENDED;
        }
        return trust.isOwn(peer.own()) ? Standing.KEPT : Standing.RENEWED;
    }

    private void arrived(Open what, SiteTunnel.Offer offer) {
        EntryPointSettings now = entryPoint.settings();
        Origin origin = offer.origin();
        TunnelledClient client = new TunnelledClient(offer, trust, origin.sender(), what);
        Trust.Believed believed = client.believed();
        InetAddress told = believed.address();
        arrivals.accept(new Arrival(
                entryPoint.name(),
                SessionIds.givenOrNext(what.session()),
                what.source(),
                told != null ? told : RelayEntryPoint.addressOf(origin.remote()),
                believed.caller(),
                origin.sender() == null ? null : tls(what.tls()),
                what.service(),
                origin.relay(),
                origin.sender(),
                what.entryPoint(),
                clock.instant(),
                clock.instant().plus(now.routeTimeout()),
                now.silence(),
                entryPoint.counted(client, origin.sender())));
    }

    private static Arrival.@Nullable Tls tls(Open.@Nullable Tls ended) {
        return ended == null
                ? null
                : new Arrival.Tls(ended.serverName(), Stream.ofNullable(ended.applicationProtocol()).toList());
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
