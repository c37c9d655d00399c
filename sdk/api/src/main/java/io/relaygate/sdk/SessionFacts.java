package io.relaygate.sdk;

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
 * @param applicationProtocol what was agreed on with ALPN in the TLS that ended at the entry point, for example {@code h2};
 *     null if nothing was
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
        @Nullable String applicationProtocol) {

    /** Keeps its own copy of the captures. */
    public SessionFacts {
        captures = Map.copyOf(captures);
    }

    /** The same of another caller. */
    public SessionFacts with(Caller other) {
        return new SessionFacts(id, entryPoint, route, other, source, service, captures, to, applicationProtocol);
    }
}
