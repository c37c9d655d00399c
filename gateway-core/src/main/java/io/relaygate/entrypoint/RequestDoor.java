package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Trust;
import io.relaygate.net.Alpn;
import io.relaygate.observe.Counter;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RequestOffer;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
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
    private final Counter answers;
    private volatile boolean leaving;

    RequestDoor(RelayEntryPoint entryPoint, Trust trust, InstantSource clock, Consumer<Arrival> arrivals, Metrics metrics) {
        this.entryPoint = entryPoint;
        this.trust = trust;
        this.clock = clock;
        this.arrivals = arrivals;
        this.answers = metrics.counter(
                "relaygate_requests_answered", "HTTP requests to hybrid connections that are over, by the answer they got.", "entry_point", "status");
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
            requireRoom(atWork.incrementAndGet(), now);
            RelayEntryPoint.requireRequests(entryPoint.name(), now, trust);
            fetch(relay, offer, now, came);
        } catch (RefusedException e) {
            arrive(relay, offer, now, came, e);
        } finally {
            atWork.decrementAndGet();
            answers.increment(entryPoint.name(), kind(offer.answered()));
        }
    }

    private void requireRoom(int inAll, EntryPointSettings now) throws RefusedException {
        if (inAll > now.maxRequests()) {
            throw new RefusedException(Reason.BUSY, "entry point '" + entryPoint.name() + "' has " + now.maxRequests()
                    + " HTTP requests at work, as many as it may (entryPoints." + entryPoint.name() + ".maxRequests)");
        }
        if (leaving) {
            throw new RefusedException(Reason.BUSY, "the site gateway is shutting down");
        }
    }

    /** The class of a status (RFC 9110 section 15): a destination may give any. */
    private static String kind(int status) {
        return switch (status / 100) {
            case 2 -> "2xx";
            case 3 -> "3xx";
            case 4 -> "4xx";
            case 5 -> "5xx";
            default -> "none";
        };
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
