package io.relaygate.admin;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Setting;

/** The admin port: health, metrics and commands. */
public record AdminSettings(
        @Setting(value = "A loopback address.", byDefault = "127.0.0.1:0", example = "127.0.0.1:9090") HostPort listen) {

    /** Readiness alone, for load balancer probes. */
    public record Health(
            @Setting(value = "Where to answer; may be public.", required = true, example = "0.0.0.0:8081") HostPort listen) {}
}
