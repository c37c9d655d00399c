package io.relaygate.plugins.tds;

import java.net.InetAddress;

/**
 * A network that clients come from, {@code 10.0.0.0/8}.
 *
 * @param text as it is written
 */
record ClientNetwork(String text) {

    ClientNetwork {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        if (slash >= 0) {
            int bits = bits(text.substring(slash + 1));
            if (bits < 0 || bits > 8 * address.getAddress().length) {
                throw wrong(text);
            }
        }
    }

    /** Reads one from the configuration. */
    static ClientNetwork parse(String text) {
        return new ClientNetwork(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("expected a network such as 10.0.0.0/8, found '" + text + "'");
    }

    private static int bits(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    /**
     * Whether a client comes from it.
     *
     * @param source as a session says it, {@code 192.0.2.7:51312}; whoever has no address is in no network
     */
    boolean has(String source) {
        int colon = source.lastIndexOf(':');
        String host = colon < 0 ? source : source.substring(0, colon);
        byte[] address;
        try {
            address = InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host).getAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
        int slash = text.indexOf('/');
        byte[] network = literal(slash < 0 ? text : text.substring(0, slash)).getAddress();
        int bits = slash < 0 ? 8 * network.length : bits(text.substring(slash + 1));
        if (address.length != network.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            if (((address[i / 8] ^ network[i / 8]) & 0x80 >>> i % 8) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
