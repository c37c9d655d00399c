package io.relaygate.access;

import io.relaygate.net.Link;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client that has not been taken yet: {@link #accept} or {@link #refuse} is called, once. */
public interface Client {

    /** Whether the client's connection arrives over a relay. */
    boolean relayed();

    /**
     * What alone the client speaks, by its ALPN name ({@code http/1.1}), where it brings no connection of its own but one request;
     * null if it may speak anything.
     */
    default @Nullable String speaks() {
        return null;
    }

    /**
     * Whether the entry point has let the client in, and, asked again, whether it still would.
     *
     * @return until when that holds, as far as time alone can say: then it must be asked again
     * @throws IOException why it has not
     */
    default Instant admitted() throws IOException {
        return Instant.MAX;
    }

    /** Takes the client. */
    Link accept(Instant deadline) throws IOException;

    /** Turns the client away, with the reason where the wire can carry one. */
    void refuse(RefusedException why);

    /**
     * It is known now for whom a destination is connected to: counts in the limits of the entry point for its callers.
     *
     * @throws RefusedException BUSY if a limit is reached
     */
    default Share calls(Caller caller) throws RefusedException {
        return Share.NONE;
    }

    /** The session is over, and was refused for the reason if there is one; called once, after everything else. */
    default void over(@Nullable RefusedException refusal) {}
}
