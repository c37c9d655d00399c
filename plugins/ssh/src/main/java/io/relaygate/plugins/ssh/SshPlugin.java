package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.bastion.SshDialer;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.List;

/** Brings the protocol {@code ssh} and the dialer {@code ssh}. */
public final class SshPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new SshProtocol());
    }

    @Override
    public List<Dialer<?>> dialers() {
        return List.of(new SshDialer());
    }
}
