package io.relaygate.plugins.measure;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the protocol {@code measure}. */
public final class MeasurePlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new MeasureProtocol());
    }
}
