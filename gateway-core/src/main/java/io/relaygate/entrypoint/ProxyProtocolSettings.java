package io.relaygate.entrypoint;

import io.relaygate.net.Network;
import io.relaygate.sdk.Setting;
import java.util.List;

/** Balancers that say for whom they connect, with the PROXY protocol of version 1 or 2. */
public record ProxyProtocolSettings(
        @Setting(value = "The networks of the balancers: they must send the header, and of nobody else is one read.",
                        required = true, example = "[10.0.0.0/24]")
                List<Network> from) {}
