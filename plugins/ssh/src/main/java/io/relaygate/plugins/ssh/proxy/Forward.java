package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.proxy.ProxySettings.Permit;
import io.relaygate.sdk.HostPort;
import org.jspecify.annotations.Nullable;

/** Connections from the target that clients ask for ({@code direct-tcpip}, RFC 4254 section 7.2). */
final class Forward {

    private Forward() {}

    /** Why one is not permitted, for people; null if it is. */
    static @Nullable String refusal(byte[] openData, Permit permit) {
        HostPort target;
        try {
            target = Asking.target(openData);
        } catch (IllegalArgumentException e) {
            return "not a host and a port";
        }
        return permit.localForward().stream().anyMatch(rule -> rule.permits(target))
                ? null
                : target + " is nothing that this route permits (with.permit.localForward)";
    }

    /** Where one goes to, as far as it can be read. */
    static String named(byte[] openData) {
        try {
            return Asking.target(openData).toString();
        } catch (IllegalArgumentException e) {
            return "not a host and a port";
        }
    }
}
