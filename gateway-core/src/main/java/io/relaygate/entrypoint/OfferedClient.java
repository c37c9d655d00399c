package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;

/** A client that waits at a relay. */
record OfferedClient(Offer offer) implements Client {

    @Override
    public boolean relayed() {
        return true;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        return offer.accept(deadline);
    }

    @Override
    public void refuse(RefusedException why) {
        offer.reject(Refusal.status(why.reason()), String.valueOf(why.getMessage()));
    }
}
