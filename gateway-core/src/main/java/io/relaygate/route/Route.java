package io.relaygate.route;

import io.relaygate.access.Admission;
import io.relaygate.sdk.ProtocolHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route that sessions can take.
 *
 * @param name its name
 * @param from the entry points that it takes connections from
 * @param service the service that must have been asked for, or null for any
 * @param sni the server name that a ClientHello must carry, or null for any first bytes
 * @param protocol the name of the protocol
 * @param to the destination, or null
 * @param admission who may use it
 * @param handler carries its sessions
 */
public record Route(
        String name,
        List<String> from,
        @Nullable String service,
        @Nullable SniPattern sni,
        String protocol,
        @Nullable DestinationTemplate to,
        Admission admission,
        ProtocolHandler handler) {}
