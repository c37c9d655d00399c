package io.relaygate.net;

import java.net.InetAddress;

/**
 * A network, as an address and a prefix length (RFC 4632, RFC 4291).
 *
 * @param address an address in it
 * @param prefix how many leading bits count
 */
public record Network(InetAddress address, int prefix) {

    /** What a network looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "[0-9A-Fa-f:.]+(%[^/]+)?(/[0-9]{1,3})?";

    /**
     * Reads {@code 203.0.113.0/24}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException if the text is no network; host names are not looked up
     */
    public static Network parse(String text) {
        Network network = around(text);
        if (!network.zeroBeyondPrefix()) {
            throw new IllegalArgumentException("the address has bits beyond its prefix length, found '" + text + "'");
        }
        return network;
    }

    /**
     * Reads the same, and takes {@code 203.0.113.7/24} for the network that the address is in.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    static Network around(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = literal(host, text);
        int bits = address.getAddress().length * 8;
        int prefix = bits;
        if (slash >= 0) {
            String number = text.substring(slash + 1);
            if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) > bits) {
                throw new IllegalArgumentException("expected a prefix length of 0 to " + bits + ", found '" + text + "'");
            }
            prefix = Integer.parseInt(number);
        }
        return new Network(address, prefix);
    }

    private static InetAddress literal(String host, String text) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected a network such as 203.0.113.0/24, found '" + text + "'", e);
        }
    }

    /** Whether an address is in this network. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (bit(mine, bit) != bit(theirs, bit)) {
                return false;
            }
        }
        return true;
    }

    private boolean zeroBeyondPrefix() {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if (bit(bytes, bit) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(byte[] bytes, int index) {
        return bytes[index / 8] >> (7 - index % 8) & 1;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
