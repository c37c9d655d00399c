package io.relaygate.destination;

import io.relaygate.net.Address;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;

/** A named place with one or more addresses. */
public record DestinationSettings(
        @Setting(value = "Its addresses, host:port or unix:/path.", required = true, example = "[\"sql01:1433\", \"sql02:1433\"]")
                List<Address> addresses,
        @Setting(value = "Which address a session tries first: the first one (failover), or one at random (spread).",
                        byDefault = "failover")
                Policy policy,
        @Setting(value = "How long one address may take to answer before the next is tried.", byDefault = "5s", min = "10ms")
                Duration connectTimeout) {

    /** Which address a session tries first. */
    public enum Policy {
        /** The addresses in their order. */
        FAILOVER,
        /** The addresses from a random one on. */
        SPREAD
    }
}
