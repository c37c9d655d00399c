package io.relaygate.access;

import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;

/** A client that is not there: whoever takes it fails, and it hears no refusal. */
public record AbsentClient() implements Client {

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        throw new IOException("nobody is there");
    }

    @Override
    public void refuse(RefusedException why) {}
}
