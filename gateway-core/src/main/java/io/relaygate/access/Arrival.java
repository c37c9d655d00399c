package io.relaygate.access;

import io.relaygate.sdk.Caller;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client that has arrived and waits to be taken.
 *
 * @param entryPoint the entry point's name
 * @param session the session's id, 32 hexadecimal digits: a new one, or the one that the edge gave it
 * @param source where it comes from, for people
 * @param address where it comes from, for policy; null where there is no address
 * @param caller who calls, as far as the entry point knows
 * @param tls what the TLS that ended at the entry point has shown, or null if none did
 * @param service the service it asked for, or null
 * @param relay the namespace over which it came, or null
 * @param edgeEntryPoint the name of the entry point at the edge, or null if it did not come from an edge
 * @param deadline when it must have been connected
 * @param silence how long to wait for its first bytes before it counts as one that waits for the server to speak
 * @param client the way to take or to refuse it
 */
public record Arrival(
        String entryPoint,
        String session,
        String source,
        @Nullable InetAddress address,
        Caller caller,
        @Nullable Tls tls,
        @Nullable String service,
        @Nullable String relay,
        @Nullable String edgeEntryPoint,
        Instant deadline,
        Duration silence,
        Client client) {

    /**
     * TLS that has ended.
     *
     * @param serverName the server name that the client asked for, in lower case, or null
     */
    public record Tls(@Nullable String serverName) {}
}
