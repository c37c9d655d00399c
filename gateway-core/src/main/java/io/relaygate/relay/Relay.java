package io.relaygate.relay;

import io.relaygate.net.Link;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One namespace: Azure's, an embedded relay of another process, or the embedded relay of this one. */
public interface Relay extends AutoCloseable {

    /** The namespace's name in the configuration. */
    String name();

    /**
     * Connects as a sender.
     *
     * @param hybridConnection the path of the hybrid connection
     * @param service appended to the path as its last segment and sent as {@link RelayHeaders#SERVICE}, or null
     * @param headers further headers for the listener
     * @param deadline when to give up
     * @throws io.relaygate.sdk.RefusedException if the relay or the listener refused: NO_SITE if nobody listens,
     *     NO_RELAY if the relay cannot be reached or refuses our token, else what the listener's status says
     */
    Link connect(String hybridConnection, @Nullable String service, Map<String, String> headers, Instant deadline)
            throws IOException;

    /**
     * Listens, for ever, until closed: every loss is answered by listening again.
     *
     * @param hybridConnection the path of the hybrid connection
     * @param controlChannels how many control channels to keep, 1 to 25
     * @param arrivals takes every sender that waits; called on a thread of its own for each
     */
    RelayListener listen(String hybridConnection, int controlChannels, Consumer<Offer> arrivals);

    /** Whether the namespace was reachable when it was last used; never dials. */
    boolean healthy();

    /** Ends listeners and gives back what the namespace holds; connections that were handed out live on. */
    @Override
    void close();
}
