package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sender that waits at the relay for one listener to accept or to reject it; one of the two is called, once. */
public interface Offer {

    /** The service that the sender asked for, by path suffix or {@link RelayHeaders#SERVICE}, or null. */
    @Nullable String service();

    /** The sender's headers; names compare without case. */
    Map<String, String> headers();

    /** The sender's address as the relay reports it, {@code 192.0.2.7:51312}. */
    String remote();

    /** Opens the rendezvous. */
    Link accept(Instant deadline) throws IOException;

    /**
     * Refuses the sender. Does nothing if the sender was accepted or rejected before or has left.
     *
     * @param status 400 to 599
     * @param reason for the sender; one line
     */
    void reject(int status, String reason);

    /** Refuses the sender for a reason; {@link Relay#connect} fails with the same reason at the other end. */
    default void reject(RefusedException why) {
        reject(Refusal.status(why.reason()), String.valueOf(why.getMessage()));
    }
}
