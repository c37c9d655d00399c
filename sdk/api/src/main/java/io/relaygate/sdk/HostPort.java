package io.relaygate.sdk;

import java.util.regex.Pattern;

/**
 * A host and a TCP port, as a person writes them.
 *
 * @param host a DNS name, an IPv4 address, or an IPv6 address without brackets
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) implements DialTarget {

    private static final Pattern NO_PART_OF_A_HOST = Pattern.compile("[\\s\\p{Cntrl}/\\[\\]@]");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%.+)?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if the host is empty or cannot be one, or if the port is out of range
     */
    public HostPort {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("expected host:port, found no host");
        }
        if (NO_PART_OF_A_HOST.matcher(host).find() || (host.indexOf(':') >= 0 && !IPV6.matcher(host).matches())) {
            throw new IllegalArgumentException("expected a host name or an IP address, found '" + host + "'");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535, found '" + port + "'");
        }
    }

    /**
     * Reads {@code host:port} or {@code [ipv6]:port}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException("expected host:port, found '" + text + "'");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
            if (!IPV6.matcher(host).matches()) {
                throw new IllegalArgumentException("brackets are for IPv6 addresses, found '" + text + "'");
            }
        } else if (IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException("an IPv6 address needs brackets: [address]:port, found '" + text + "'");
        }
        String port = text.substring(colon + 1);
        if (!PORT.matcher(port).matches()) {
            throw new IllegalArgumentException("port must be 0 to 65535, found '" + port + "'");
        }
        return new HostPort(host, Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
