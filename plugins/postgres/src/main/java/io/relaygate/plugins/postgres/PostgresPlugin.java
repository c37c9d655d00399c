package io.relaygate.plugins.postgres;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the protocol {@code postgres}. */
public final class PostgresPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new PostgresProtocol());
    }
}
