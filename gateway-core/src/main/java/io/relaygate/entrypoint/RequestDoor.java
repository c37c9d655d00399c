package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Trust;
import io.relaygate.net.Alpn;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RequestOffer;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every HTTP request is a session, whatever the mode, as long as there are not too many. Any thread. */
final class RequestDoor {

    /** A request that the relay tells of alone can only be refused where it is to be fetched, and each costs a handshake. */
    private static final int MOST_REFUSING = 32;

    private static final Logger LOG = LoggerFactory.getLogger(RequestDoor.class);

    private final RelayEntryPoint entryPoint;
    private final Trust trust;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;
    private final AtomicInteger atWork = new AtomicInteger();
    private final Semaphore refusing = new Semaphore(MOST_REFUSING);
    private volatile boolean leaving;

    RequestDoor(RelayEntryPoint entryPoint, Trust trust, InstantSource clock, Consumer<Arrival> arrivals) {
        this.entryPoint = entryPoint;
        this.trust = trust;
        this.clock = clock;
        this.arrivals = arrivals;
    }

    /** Takes no new ones, for as long as listeners must stay for others. */
    void leave() {
        leaving = true;
    }

    /** Takes or refuses one, on the calling thread, to its end. */
    void take(Relay relay, RequestOffer offer) {
        EntryPointSettings now = entryPoint.settings();
        Instant came = clock.instant();
        try {
            if (atWork.incrementAndGet() > now.maxRequests()) {
                arrive(relay, offer, now, came, new RefusedException(Reason.BUSY, "entry point '" + entryPoint.name() + "' has "
                        + now.maxRequests() + " HTTP requests at work, as many as it may (entryPoints." + entryPoint.name() + ".maxRequests)"));
            } else if (leaving) {
                arrive(relay, offer, now, came, new RefusedException(Reason.BUSY, "the site gateway is shutting down"));
            } else if (now.mode() == Mode.TUNNEL && trust.knowsSenders()) {
                arrive(relay, offer, now, came, new RefusedException(Reason.NOT_ALLOWED, "entry point '" + entryPoint.name()
                        + "' takes edges that it knows by their keys (senders), and no HTTP requests"));
            } else {
                fetch(relay, offer, now, came);
            }
        } finally {
            atWork.decrementAndGet();
        }
    }

    private void fetch(Relay relay, RequestOffer offer, EntryPointSettings now, Instant came) {
        RefusedException trouble = null;
        try {
            offer.fetch(Instant.now().plus(now.routeTimeout()));
        } catch (RefusedException e) {
            trouble = e;
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("entryPoint", entryPoint.name()).addKeyValue("relay", relay.name())
                    .addKeyValue("reason", e.getMessage()).log("an HTTP request could not be fetched");
            return;
        }
        arrive(relay, offer, now, came, trouble);
    }

    /**
     * One arrives.
     *
     * @param trouble why it may not have anything, or null
     */
    private void arrive(Relay relay, RequestOffer offer, EntryPointSettings now, Instant came, @Nullable RefusedException trouble) {
        RequestingClient client = new RequestingClient(offer, trouble, refusing);
        arrivals.accept(new Arrival(
                entryPoint.name(),
                SessionIds.next(),
                offer.remote(),
                RelayEntryPoint.addressOf(offer.remote()),
                Caller.ANONYMOUS,
                new Arrival.Tls(null, List.of(Alpn.HTTP_1_1)),
                now.service(),
                relay.name(),
                null,
                null,
                came,
                came.plus(now.routeTimeout()),
                now.silence(),
                entryPoint.counted(client, null)));
    }
}
