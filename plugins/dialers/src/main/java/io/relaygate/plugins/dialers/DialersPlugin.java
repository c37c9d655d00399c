package io.relaygate.plugins.dialers;

import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the dialers {@code socks5} and {@code http-connect}. */
public final class DialersPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of();
    }

    @Override
    public List<Dialer<?>> dialers() {
        return List.of(new Socks5Dialer(), new HttpConnectDialer());
    }
}
