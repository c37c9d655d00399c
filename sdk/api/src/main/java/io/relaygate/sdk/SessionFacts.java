package io.relaygate.sdk;

import java.security.cert.X509Certificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a session before its first byte is read, and who has been found to call.
 *
 * @param id the session's id, 32 hexadecimal digits, the same at the edge and at the site
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param caller who is calling: as far as the entry point proved it, and from {@link Session#actAs} on whom that named
 * @param source the address of the peer as text, for people: {@code 192.0.2.7:51312}, {@code unix}, or the address
 *     that the relay reports for the sender
 * @param service the service that was asked for behind a relay, or null
 * @param captures what the route's patterns captured, for example {@code site} = {@code oslo}
 * @param to the destination that the route names with the captures filled in, or null if it names none
 * @param tls what the TLS that ended at the entry point has shown; null if none ended there, nor at that of the edge it came through,
 *     nor at a relay that has handed over a single HTTP request
 */
public record SessionFacts(
        String id,
        String entryPoint,
        String route,
        Caller caller,
        String source,
        @Nullable String service,
        Map<String, String> captures,
        @Nullable DestinationName to,
        @Nullable Tls tls) {

    /**
     * TLS that has ended at an entry point, or at the relay in front of it.
     *
     * @param serverName the server name that the client asked for (RFC 6066), in lower case; null if it asked for none
     * @param applicationProtocol what was agreed on with ALPN (RFC 7301), for example {@code h2}; null if nothing was
     * @param certificate the client's, whose key it has proved and which the entry point trusts; null if it has shown none, and
     *     behind a relay, where the caller alone is known
     */
    public record Tls(
            @Nullable String serverName, @Nullable String applicationProtocol, @Nullable X509Certificate certificate) {}

    /** Keeps its own copy of the captures. */
    public SessionFacts {
        captures = Map.copyOf(captures);
    }

    /** The same of another caller. */
    public SessionFacts with(Caller other) {
        return new SessionFacts(id, entryPoint, route, other, source, service, captures, to, tls);
    }
}
