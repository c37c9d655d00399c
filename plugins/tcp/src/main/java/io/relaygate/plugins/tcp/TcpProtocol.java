package io.relaygate.plugins.tcp;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.util.Objects;

/** Forwards every session to the destination that the route names. */
final class TcpProtocol implements Protocol<TcpSettings> {

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public Class<TcpSettings> settings() {
        return TcpSettings.class;
    }

    @Override
    public ProtocolHandler open(TcpSettings settings, RouteContext context) {
        if (!context.namesDestination()) {
            throw new IllegalArgumentException("tcp needs `to:`, the destination of its sessions");
        }
        return session -> session.forward(Objects.requireNonNull(session.facts().to()));
    }
}
