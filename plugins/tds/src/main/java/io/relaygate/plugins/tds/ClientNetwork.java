package io.relaygate.plugins.tds;

import io.relaygate.sdk.HostPort;
import java.net.InetAddress;

/**
 * A network that clients come from, {@code 10.0.0.0/8}.
 *
 * @param text as it is written
 * @param address its address
 * @param prefix how many leading bits of that count
 */
record ClientNetwork(String text, InetAddress address, int prefix) {

    /**
     * Reads one from the configuration.
     *
     * @throws IllegalArgumentException if it is none
     */
    static ClientNetwork parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash), text);
        int all = 8 * address.getAddress().length;
        int prefix = slash < 0 ? all : bits(text.substring(slash + 1));
        if (prefix < 0 || prefix > all) {
            throw wrong(text);
        }
        return new ClientNetwork(text, address, prefix);
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

    private static InetAddress literal(String address, String text) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    /** The host of a session's source: that has a port, or is the address alone as a relay reports it. */
    static String host(String source) {
        try {
            return HostPort.parse(source).host();
        } catch (IllegalArgumentException e) {
            return source;
        }
    }

    /**
     * Whether a client comes from it.
     *
     * @param source as a session says it, {@code 192.0.2.7:51312}; whoever has no address is in no network
     */
    boolean has(String source) {
        byte[] theirs;
        try {
            theirs = InetAddress.ofLiteral(host(source)).getAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
        byte[] own = address.getAddress();
        if (theirs.length != own.length) {
            return false;
        }
        for (int i = 0; i < prefix; i++) {
            if (((theirs[i / 8] ^ own[i / 8]) & 0x80 >>> i % 8) != 0) {
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
