package io.relaygate.destination;

import io.relaygate.access.AllowSettings;
import io.relaygate.net.Address;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named place with one or more addresses. */
public record DestinationSettings(
        @Setting(value = "Its addresses, host:port or unix:/path.", required = true, example = "[\"sql01:1433\", \"sql02:1433\"]")
                List<Address> addresses,
        @Setting(value = "Which address a session tries first: the first one (failover), or one at random (spread).",
                        byDefault = "failover")
                Policy policy,
        @Setting(value = "How long one address may take to answer before the next is tried.", byDefault = "5s", min = "10ms")
                Duration connectTimeout,
        @Setting(value = "Whether it is told for whom we connect, with a header of the PROXY protocol: none, v1 or v2.",
                        byDefault = "none")
                ProxyProtocol proxyProtocol,
        @Setting("Who may reach it, of those whom a route lets through; left out, all of them.") @Nullable AllowSettings allow) {

    /** The header in front of a connection. */
    public enum ProxyProtocol {
        /** None. */
        NONE,
        /** Version 1, a line of text. */
        V1,
        /** Version 2, binary. */
        V2
    }

    /** Which address a session tries first. */
    public enum Policy {
        /** The addresses in their order. */
        FAILOVER,
        /** The addresses from a random one on. */
        SPREAD
    }
}
