package io.relaygate.entrypoint;

import io.relaygate.access.LimitSettings;
import io.relaygate.access.SourceSettings;
import io.relaygate.net.Address;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.Setting;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where connections arrive: {@code listen} for a port or Unix socket, {@code hybridConnection} for a relay. */
public record EntryPointSettings(
        @Setting(value = "The TCP address or Unix socket to listen on; port 0 takes a free one.",
                        example = "0.0.0.0:1433")
                @Nullable Address listen,
        @Setting(value = "The namespaces to listen on.", example = "[weu, neu]") List<String> namespaces,
        @Setting(value = "The hybrid connection to listen on.", example = "site-oslo") @Nullable String hybridConnection,
        @Setting(value = "The service of senders that name none: of HTTP requests, and with `mode: plain` of connections.", example = "orders")
                @Nullable String service,
        @Setting(value = "How many control channels to keep in each namespace.", byDefault = "2", min = "1", max = "25")
                int controlChannels,
        @Setting(value = "How sessions come: many in the tunnels of edges, or plain, each on a rendezvous of its own, as "
                        + "other senders than RelayGate do it.",
                        byDefault = "tunnel")
                Mode mode,
        @Setting(value = "How senders say which service they want, with `mode: plain` only: relaygate, before they are connected; "
                        + "azbridge, by the preamble of azbridge's senders.",
                        byDefault = "relaygate")
                Wire wire,
        @Setting(value = "How long a connection may take from its accept until a route has it and its destination is connected.",
                        byDefault = "30s", min = "10ms")
                Duration routeTimeout,
        @Setting(value = "How long to wait for a client's first bytes where a route's condition needs them, before the "
                        + "client counts as one that waits for the server to speak.",
                        byDefault = "3s", min = "10ms")
                Duration silence,
        @Setting(value = "How many sessions may be open at once; at a port more wait to be accepted, over a relay they are refused.", byDefault = "10000", min = "1")
                int maxSessions,
        @Setting(value = "How many HTTP requests to the hybrid connection may be at work at once; more are answered with 503.", byDefault = "256", min = "1")
                int maxRequests,
        @Setting("Balancers in front of it that say for whom they connect.") @Nullable ProxyProtocolSettings proxyProtocol,
        @Setting("From where clients may connect.") @Nullable SourceSettings sources,
        @Setting("How much of it clients may use.") @Nullable LimitSettings limits,
        @Setting("TLS that ends here; left out, bytes go on as they come.") @Nullable TlsSettings tls) {

    /** A port or Unix socket of which nothing else is said. */
    public static EntryPointSettings at(Address listen) {
        return new EntryPointSettings(
                listen, List.of(), null, null, 2, Mode.TUNNEL, Wire.RELAYGATE, Duration.ofSeconds(30), Duration.ofSeconds(3), 10_000, 256, null, null, null, null);
    }

    /** A hybrid connection to whose senders azbridge belongs, of which nothing else is said. */
    public static EntryPointSettings ofBridge(String namespace, String hybridConnection, @Nullable String service) {
        return new EntryPointSettings(
                null, List.of(namespace), hybridConnection, service, 2, Mode.PLAIN, Wire.AZBRIDGE, Duration.ofSeconds(30), Duration.ofSeconds(3), 10_000,
                256, null, null, null, null);
    }

    /**
     * The service of a sender. azbridge calls a port that was given no name by its number, which says nothing at the other end
     * where there is but one service; upper and lower case of its names are one here.
     *
     * @param asked what it has asked for; null or empty for nothing
     */
    public @Nullable String serviceFor(@Nullable String asked) {
        if (asked == null || asked.isEmpty()) {
            return service;
        }
        if (wire == Wire.RELAYGATE) {
            return asked;
        }
        return service != null && isNumber(asked) ? service : asked.toLowerCase(Locale.ROOT);
    }

    /** Whether azbridge may have made a name of a port's number. */
    public static boolean isNumber(String name) {
        return name.matches("[0-9]{1,5}");
    }
}
