package io.relaygate.plugins.ssh.bastion;

import io.relaygate.sdk.Setting;
import java.util.List;

/** The bastions on the way to a destination. */
public record SshDialerSettings(
        @Setting(value = "The bastions in the order in which they are passed: the gateway connects to the first one, each connects to the "
                        + "next, and the last one to the destination.",
                        required = true, min = "1")
                List<BastionSettings> bastions) {

    /** Keeps its own copy. */
    public SshDialerSettings {
        bastions = List.copyOf(bastions);
    }
}
