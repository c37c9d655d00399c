package io.relaygate.access;

import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;

/** A client that has not been taken yet: {@link #accept} or {@link #refuse} is called, once. */
public interface Client {

    /** Whether the client's connection arrives over a relay. */
    boolean relayed();

    /** Takes the client. */
    Link accept(Instant deadline) throws IOException;

    /** Turns the client away, with the reason where the wire can carry one. */
    void refuse(RefusedException why);
}
