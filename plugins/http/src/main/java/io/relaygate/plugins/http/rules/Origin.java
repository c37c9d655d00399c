package io.relaygate.plugins.http.rules;

import io.relaygate.sdk.HostPort;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, as far as that is believed.
 *
 * @param ip the client's address as it was written; empty if it has none, or none that is known
 * @param port its port; empty if it is not known
 * @param https whether it speaks TLS
 * @param serverName the server name that the TLS with the gateway asked for, in lower case; null if it asked for none
 * @param certificate the names of the certificate that this TLS has shown, if somebody vouches for it; empty otherwise
 */
public record Origin(String ip, String port, boolean https, @Nullable String serverName, List<String> certificate) {

    /** Keeps its own copy. */
    public Origin {
        certificate = List.copyOf(certificate);
    }

    /**
     * The peer of a connection.
     *
     * @param source its address as text, with its port or as a relay reports it
     */
    public static Origin of(String source, boolean https, @Nullable String serverName, List<String> certificate) {
        try {
            HostPort known = HostPort.parse(source);
            return new Origin(known.host(), Integer.toString(known.port()), https, serverName, certificate);
        } catch (IllegalArgumentException e) {
            return new Origin(source.matches("[0-9A-Fa-f:.]+") ? source : "", "", https, serverName, certificate);
        }
    }

    /** The same TLS, by which another one's request has come. */
    public Origin of(String client, String clientPort, boolean secured) {
        return new Origin(client, clientPort, secured, serverName, certificate);
    }

    /** The address; null if there is none. */
    public @Nullable InetAddress address() {
        return ip.isEmpty() ? null : Network.address(ip);
    }
}
