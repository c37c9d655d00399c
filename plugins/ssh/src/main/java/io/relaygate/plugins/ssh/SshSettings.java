package io.relaygate.plugins.ssh;

import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;

/** What a route with {@code protocol: ssh} takes under {@code with:}. */
record SshSettings(
        @Setting(value = "What becomes of a session: `passthrough` looks at how it begins and carries it to the route's `to`, encrypted between client and server.",
                        required = true, example = "passthrough")
                Mode mode,
        @Setting(value = "Whether both sides must offer strict key exchange, without which packets can be taken out unseen (Terrapin, CVE-2023-48795).",
                        byDefault = "false")
                boolean requireStrictKex,
        @Setting(value = "Clients that are refused, by the identification string that they begin with; `*` stands for any letters.",
                        example = "[\"SSH-2.0-libssh*\"]")
                List<IdentificationPattern> denyClients,
        @Setting(value = "How long client and server may take until both have said what keys they can exchange.", byDefault = "30s", min = "1s", max = "10m")
                Duration greeting) {

    SshSettings {
        denyClients = List.copyOf(denyClients);
    }

    /** What becomes of a session. */
    enum Mode {
        /** It is carried as it comes. */
        PASSTHROUGH
    }
}
