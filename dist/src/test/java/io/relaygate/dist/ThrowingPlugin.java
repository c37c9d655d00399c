package io.relaygate.dist;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** A plugin that a test puts into a jar: it fails when it is asked what it brings. */
public final class ThrowingPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        throw new IllegalStateException("the licence file is missing");
    }

    @Override
    public void close() {}
}
