package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayHeaders;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Every sender is a session. */
final class PlainDoor implements Door {

    private final RelayEntryPoint entryPoint;
    private final InstantSource clock;
    private final Consumer<Arrival> arrivals;

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
        String asked = offer.service();
        arrivals.accept(new Arrival(
                entryPoint.name(),
                SessionIds.givenOrNext(RelayEntryPoint.header(offer, RelayHeaders.SESSION)),
                offer.remote(),
                RelayEntryPoint.addressOf(offer.remote()),
                Caller.ANONYMOUS,
                null,
                asked != null ? asked : now.service(),
                relay.name(),
                null,
                RelayEntryPoint.header(offer, RelayHeaders.ENTRY_POINT),
                clock.instant(),
                clock.instant().plus(now.routeTimeout()),
                now.silence(),
                entryPoint.counted(new OfferedClient(offer), null)));
    }

    @Override
    public void leave(Runnable whenEmpty) {
        whenEmpty.run();
    }

    @Override
    public void close() {
        // Sessions are their own.
    }
}
