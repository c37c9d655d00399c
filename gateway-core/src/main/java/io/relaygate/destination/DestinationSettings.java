package io.relaygate.destination;

import io.relaygate.access.AllowSettings;
import io.relaygate.access.DestinationLimits;
import io.relaygate.access.PermitRule;
import io.relaygate.config.Block;
import io.relaygate.net.DialAddress;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Trust;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named place: one or more addresses, or the hosts that clients may name there, or both. */
public record DestinationSettings(
        @Setting(value = "Its addresses: `host:port`, `unix:/path`, or `'host\\INSTANCE'` for an instance of SQL Server, for whose port SQL "
                        + "Browser there is asked (UDP 1434). With `permit` they may be left out.", min = "1", example = "[\"sql01:1433\", \"sql02:1433\"]")
                List<DialAddress> addresses,
        @Setting(value = "Which address a session tries first: the first one (failover), or one at random (spread).",
                        byDefault = "failover")
                Policy policy,
        @Setting(value = "How long one address may take to answer before the next is tried.", byDefault = "5s", min = "10ms")
                Duration connectTimeout,
        @Setting(value = "Whether it is told for whom we connect, with a header of the PROXY protocol: none, v1 or v2.",
                        byDefault = "none")
                ProxyProtocol proxyProtocol,
        @Setting(value = "What other hosts clients may name here, where the protocol lets them; nothing else, and nothing if it is left out.",
                        min = "1")
                List<PermitRule> permit,
        @Setting("Who may reach it, of those whom a route lets through; left out, all of them.") @Nullable AllowSettings allow,
        @Setting("How much of it sessions may use.") @Nullable DestinationLimits limits,
        @Setting("TLS towards it, whose certificate must be for the host of the address; left out, it is connected to in clear.")
                @Nullable Trust tls,
        @Setting("Which of its connections are kept for their next use, where the protocol gives them back.") @Nullable PoolSettings pool,
        @Setting("What connects to its addresses in place of the gateway itself: the proxy on the way there.") @Nullable Via via) {

    /** An address of which nothing else is said. */
    public static DestinationSettings at(DialAddress address) {
        return new DestinationSettings(
                List.of(address), Policy.FAILOVER, Duration.ofSeconds(5), ProxyProtocol.NONE, List.of(), null, null, null, null, null);
    }

    /** A way to a destination that a plugin brings. */
    public record Via(
            @Setting(value = "The dialer, by the name that its plugin gives it.", required = true, example = "socks5") String dialer,
            @Setting("The dialer's own settings.") @Nullable Block with) {}

    /**
     * Lets a session pass that names no host.
     *
     * @param name the destination's
     * @throws RefusedException NOT_ALLOWED if only hosts that clients name can be reached there
     */
    public void letUnnamed(String name) throws RefusedException {
        if (addresses.isEmpty()) {
            throw new RefusedException(RefusedException.Reason.NOT_ALLOWED, "destination '" + name
                    + "' has `permit:` and no `addresses:`: the client must name a host, and this protocol lets it name none");
        }
    }

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
