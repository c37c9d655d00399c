package io.relaygate.access;

import io.relaygate.sdk.Caller;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that has arrived and waits to be taken.
 *
 * @param entryPoint the entry point's name
 * @param session the session's id, 32 hexadecimal digits: a new one, or the one that the edge gave it
 * @param source where it comes from, for people
 * @param address where it comes from, for policy; null where there is no address
 * @param caller who calls, as far as the entry point knows
 * @param tls what the TLS that ended at the entry point, or for an HTTP request at the relay, has shown; null if none did
 * @param service the service it asked for, or null
 * @param relay the namespace over which it came, or null
 * @param sender the edge that has proven that it sent it, as {@code senders:} names it, or null
 * @param edgeEntryPoint the name of the entry point at the edge, or null if it did not come from an edge
 * @param accepted when its connection was accepted
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
        @Nullable String sender,
        @Nullable String edgeEntryPoint,
        Instant accepted,
        Instant deadline,
        Duration silence,
        Client client) {

    /**
     * TLS, that has ended or was looked at.
     *
     * @param serverName the server name that the client asked for, in lower case, or null
     * @param protocols the application protocol that was agreed on, if TLS has ended; else those that the client offers
     * @param certificate the client's, if TLS has ended and it has shown one that is trusted
     */
    public record Tls(@Nullable String serverName, List<String> protocols, @Nullable X509Certificate certificate) {

        /** Keeps its own copy. */
        public Tls {
            protocols = List.copyOf(protocols);
        }

        /** Of a client that has shown no certificate. */
        public Tls(@Nullable String serverName, List<String> protocols) {
            this(serverName, protocols, null);
        }

        /** The application protocol that was agreed on, where TLS has ended; null if none was. */
        public @Nullable String applicationProtocol() {
            return protocols.isEmpty() ? null : protocols.getFirst();
        }
    }
}
