package io.relaygate;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;

/** Nobody who could be taken: the client of an {@link Explanation}. */
record Nobody() implements Client {

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        throw new IOException("nobody is there");
    }

    @Override
    public void refuse(RefusedException why) {
        // Nobody hears it.
    }
}
