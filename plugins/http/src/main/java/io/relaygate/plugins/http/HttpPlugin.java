package io.relaygate.plugins.http;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the protocol {@code http}. */
public final class HttpPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new HttpProtocol());
    }
}
