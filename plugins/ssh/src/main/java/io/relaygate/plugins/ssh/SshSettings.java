package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.proxy.ProxySettings;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route with {@code protocol: ssh} takes under {@code with:}. */
record SshSettings(
        @Setting(value = "What becomes of a session: `passthrough` looks at how it begins and carries it to the route's `to`, encrypted between client and server; "
                        + "`proxy` ends it here, has the route's `identityProviders` say who logs in, and carries its channels to one of `targets`.",
                        required = true, example = "passthrough")
                Mode mode,
        @Setting(value = "Whether both sides must offer strict key exchange, without which packets can be taken out unseen (Terrapin, CVE-2023-48795).",
                        byDefault = "false")
                boolean requireStrictKex,
        @Setting(value = "Clients that are refused, by the identification string that they begin with; `*` stands for any letters.",
                        example = "[\"SSH-2.0-libssh*\"]")
                List<IdentificationPattern> denyClients,
        @Setting(value = "How long client and server may take until both have said what keys they can exchange.", byDefault = "30s", min = "1s", max = "10m")
                Duration greeting,
        @Setting(value = "The private keys that clients know the gateway by, in mode `proxy`, one of each type, as OpenSSH or PEM writes them; read anew when they change.",
                        min = "1", example = "[\"${file:gateway_ed25519}\"]")
                List<Secret> hostKeys,
        @Setting(value = "Where sessions go in mode `proxy`: the first that fits.",
                        min = "1", example = "[ { user: \"{caller}+web1\", to: web1, login: { user: app, key: \"${file:web1.key}\", hostKeys: [\"SHA256:9gqzJqZDT0Z0X5U0c5u3D2XW4vYwGJ3pQ0yq7XnKqKk\"] } } ]")
                List<ProxySettings.Target> targets,
        @Setting(value = "What clients may ask of targets, in mode `proxy`.", byDefault = "{}") ProxySettings.Permit permit,
        @Setting(value = "How long, and how much, in mode `proxy`.", byDefault = "{}") ProxySettings.Limits limits,
        @Setting(value = "What clients are shown before they log in, in mode `proxy`; left out, nothing.", example = "For the staff of Contoso.")
                @Nullable String banner,
        @Setting("Where terminals are recorded, in mode `proxy`; left out, nowhere.") ProxySettings.@Nullable RecordingSettings recording,
        @Setting(value = "Whether the audit is told of each file and change over sftp, in mode `proxy`.", byDefault = "true") boolean auditSftp) {

    SshSettings {
        denyClients = List.copyOf(denyClients);
        hostKeys = List.copyOf(hostKeys);
        targets = List.copyOf(targets);
    }

    /** Those of mode `proxy`. */
    ProxySettings proxy() {
        return new ProxySettings(hostKeys, targets, permit, limits, banner, recording, auditSftp);
    }

    /** What becomes of a session. */
    enum Mode {
        /** It is carried as it comes. */
        PASSTHROUGH,
        /** It ends here, and its channels are carried further. */
        PROXY
    }
}
