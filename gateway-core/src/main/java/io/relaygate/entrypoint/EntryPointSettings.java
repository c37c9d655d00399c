package io.relaygate.entrypoint;

import io.relaygate.access.LimitSettings;
import io.relaygate.access.SourceSettings;
import io.relaygate.net.Address;
import io.relaygate.sdk.Setting;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.util.List;
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
                listen, List.of(), null, null, 2, Mode.TUNNEL, Duration.ofSeconds(30), Duration.ofSeconds(3), 10_000, 256, null, null, null, null);
    }
}
