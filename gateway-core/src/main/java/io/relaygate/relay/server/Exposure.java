package io.relaygate.relay.server;

import io.relaygate.relay.HybridConnectionPath;
import io.relaygate.sdk.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** What a relay must have before it shows itself: beyond this machine, a certificate and keys that somebody gave. */
final class Exposure {

    private Exposure() {}

    /**
     * Checks settings.
     *
     * @throws IllegalArgumentException if the relay would be open to others with a certificate or key that nobody has
     *     given, or a hybrid connection's path is none
     */
    static void check(RelaySettings settings) {
        settings.hybridConnections().keySet().forEach(HybridConnectionPath::require);
        HostPort listen = settings.listen();
        if (listen == null || isLoopback(listen.host())) {
            return;
        }
        String where = "the relay may listen on " + listen + " only with ";
        if (settings.tls() == null) {
            throw new IllegalArgumentException(where + "a certificate of yours: give relay.tls.certificate and "
                    + "relay.tls.key, or listen on 127.0.0.1");
        }
        if (GeneratedKeys.needed(settings)) {
            throw new IllegalArgumentException(where + "keys of yours: give relay.keys, and primary for each key, or "
                    + "listen on 127.0.0.1");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
