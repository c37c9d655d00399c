package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every sender is a session. */
final class PlainDoor implements Door {

    private final RelayEntryPoint entryPoint;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;

    /** Those who are connected and have not said yet where they want to go: no sessions yet, but to be ended too. */
    private final Set<Link> asked = ConcurrentHashMap.newKeySet();

    private volatile boolean left;

    PlainDoor(RelayEntryPoint entryPoint, InstantSource clock, Consumer<Arrival> arrivals) {
        this.entryPoint = entryPoint;
        this.clock = clock;
        this.arrivals = arrivals;
    }

    @Override
    public void take(Relay relay, Offer offer) {
        if (RelayEntryPoint.header(offer, RelayHeaders.TUNNEL) != null) {
            offer.reject(new RefusedException(Reason.MALFORMED, "entry point " + entryPoint.name()
                    + " takes one sender for each session: give the site `mode: plain` at the edge"));
            return;
        }
        EntryPointSettings now = entryPoint.settings();
        Instant began = clock.instant();
        switch (now.wire()) {
            case RELAYGATE -> arrive(relay, offer, now, began, offer.service(), entryPoint.counted(new OfferedClient(offer), null));
            case AZBRIDGE -> {
                BridgedClient client = new BridgedClient(offer);
                Client counted = entryPoint.counted(client, null);
                arrive(relay, offer, now, began, name(client, counted, began.plus(now.routeTimeout())), counted);
            }
        }
    }

    private void arrive(Relay relay, Offer offer, EntryPointSettings now, Instant began, @Nullable String wanted, Client client) {
        arrivals.accept(new Arrival(
                entryPoint.name(),
                SessionIds.givenOrNext(RelayEntryPoint.header(offer, RelayHeaders.SESSION)),
                offer.remote(),
                RelayEntryPoint.addressOf(offer.remote()),
                Caller.ANONYMOUS,
                null,
                now.serviceFor(wanted),
                relay.name(),
                null,
                RelayEntryPoint.header(offer, RelayHeaders.ENTRY_POINT),
                began,
                began.plus(now.routeTimeout()),
                now.silence(),
                client));
    }

    /** What it asks for; one that is not let in is not asked. */
    private @Nullable String name(BridgedClient client, Client counted, Instant deadline) {
        try {
            counted.admitted();
        } catch (IOException said) {
            return null;
        }
        return client.ask(deadline, this::expect, asked::remove);
    }

    private void expect(Link link) {
        asked.add(link);
        if (left) {
            link.abort();
        }
    }

    @Override
    public void leave(Runnable whenEmpty) {
        left = true;
        asked.forEach(Link::abort);
        whenEmpty.run();
    }

    @Override
    public void close() {
        // Sessions are their own.
    }
}
