package io.relaygate.plugins.http.callers;

import io.relaygate.sdk.HostPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** What one client can have of addresses: one of IPv4, or 64 bits of IPv6, as at entry points. */
final class Source {

    private static final int NETWORK = 8;

    private Source() {}

    /** Of a session's source as text; the text itself where it has no address. */
    static String of(String source) {
        try {
            InetAddress address = InetAddress.ofLiteral(host(source));
            if (address instanceof Inet6Address) {
                byte[] bytes = address.getAddress();
                Arrays.fill(bytes, NETWORK, bytes.length, (byte) 0);
                return InetAddress.getByAddress(bytes).getHostAddress();
            }
            return address.getHostAddress();
        } catch (IllegalArgumentException | UnknownHostException e) {
            return source;
        }
    }

    /** With its port, or the address alone as a relay reports it. */
    private static String host(String source) {
        try {
            return HostPort.parse(source).host();
        } catch (IllegalArgumentException e) {
            return source;
        }
    }
}
