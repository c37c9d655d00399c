package io.relaygate.entrypoint;

import io.relaygate.net.Address;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Setting;

/** A port of this machine alone whose sessions go to one service of a site. */
public record ForwardSettings(
        @Setting(value = "The loopback address or Unix socket to listen on; port 0 takes a free one.", required = true,
                        example = "127.0.0.1:1433")
                Address listen,
        @Setting(value = "The service that its sessions go to, as site/service.", required = true, example = "oslo/sql")
                DestinationName to) {}
