package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.time.Instant;

/** A client whose connection is here. */
record ConnectedClient(Link link) implements Client {

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public Link accept(Instant deadline) {
        return link;
    }

    @Override
    public void refuse(RefusedException why) {
        link.abort();
    }
}
