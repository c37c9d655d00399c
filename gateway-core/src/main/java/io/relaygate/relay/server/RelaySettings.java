package io.relaygate.relay.server;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The embedded relay. */
public record RelaySettings(
        @Setting(value = "Where listeners and senders connect.", example = "0.0.0.0:443") @Nullable HostPort listen,
        @Setting(value = "The namespace names that tokens may carry, besides localhost and the loopback addresses.",
                        example = "[relay.contoso.com]")
                List<String> hosts,
        @Setting("The certificate to show; left out, a development certificate is made and kept in stateDir, and the "
                        + "relay listens on loopback only.")
                @Nullable Tls tls,
        @Setting("Keys that are valid for every hybrid connection, by name.") Map<String, Key> keys,
        @Setting(value = "The hybrid connections, by path.", required = true)
                Map<String, HybridConnection> hybridConnections,
        @Setting(value = "How long a listener may stay after its token has expired.", byDefault = "5m", min = "0s")
                Duration tokenGrace,
        @Setting(value = "How often the relay sends a Pong on every control channel; announced to our own listeners.",
                        byDefault = "5s", min = "100ms", max = "210s")
                Duration cadence,
        @Setting(value = "How long a sender waits for a listener to open the rendezvous.", byDefault = "20s",
                        min = "100ms", max = "30s")
                Duration rendezvousTimeout,
        @Setting(value = "How long a connection may take from accept to the end of its handshake.", byDefault = "10s",
                        min = "100ms")
                Duration handshakeTimeout,
        @Setting(value = "How many handshakes may be under way at once.", byDefault = "128", min = "1") int maxHandshakes,
        @Setting(value = "How many senders may wait for a listener at once.", byDefault = "2000", min = "1")
                int maxWaitingSenders,
        @Setting(value = "How many control channels one hybrid connection takes.", byDefault = "25", min = "1",
                        max = "1000")
                int maxListeners,
        @Setting(value = "How the relay behaves where Azure's protocol leaves it a choice: as Azure is known to, or, for tests, as "
                                + "badly as Azure might.",
                        byDefault = "azure")
                Profile profile,
        @Setting("At what age the pessimistic relay cuts the connections that carry tunnels; left out, none is cut.")
                @Nullable Cuts cuts) {

    /** How the relay behaves where the protocol leaves it a choice. */
    public enum Profile {
        /** As Azure is known to. */
        AZURE,
        /** As badly as Azure might. */
        PESSIMISTIC
    }

    /** Ages at which connections are cut; each has an age of its own between the two. */
    public record Cuts(
            @Setting(value = "The least age.", byDefault = "20s", min = "10ms") Duration from,
            @Setting(value = "The greatest age.", byDefault = "2m", min = "10ms") Duration to,
            @Setting(value = "The ages of two relays with the same seed are the same.", byDefault = "1", min = "0") int seed) {}

    /** A certificate chain and its key. */
    public record Tls(
            @Setting(value = "The certificate chain, PEM.", required = true, example = "relay.pem") Path certificate,
            @Setting(value = "The private key, PKCS #8 PEM.", required = true, example = "relay.key") Path key) {}

    /** A shared access key. */
    public record Key(
            @Setting(value = "What the key allows.", required = true, example = "[send]") List<Right> rights,
            @Setting(value = "The key; left out, one is generated and kept in stateDir.", example = "${file:edge.key}")
                    @Nullable Secret primary,
            @Setting("A second key, valid at the same time, for rotation.") @Nullable Secret secondary) {}

    /** What a key allows. */
    public enum Right {
        /** To listen on a hybrid connection. */
        LISTEN,
        /** To connect as a sender. */
        SEND,
        /** Both of these, and management. */
        MANAGE
    }

    /** A hybrid connection. */
    public record HybridConnection(
            @Setting("Keys that are valid for this hybrid connection alone, by name.") Map<String, Key> keys,
            @Setting(value = "Whether senders need a token.", byDefault = "true") boolean requiresClientAuthorization,
            @Setting(value = "A text for programs that ask the relay about the hybrid connection; at most 1024 characters.",
                            example = "'[{\"key\":\"endpoint\",\"value\":\"sql01:1433\"}]'")
                    @Nullable String userMetadata) {}
}
