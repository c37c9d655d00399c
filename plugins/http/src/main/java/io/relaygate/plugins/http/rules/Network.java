package io.relaygate.plugins.http.rules;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network of addresses (RFC 4632, RFC 4291).
 *
 * @param text as it was written
 * @param length how many bits its addresses have, 32 or 128
 * @param rest how many of them differ within it
 * @param common the others
 */
public record Network(String text, int length, int rest, BigInteger common) {

    private static final Pattern FOUR = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?");

    /**
     * Reads {@code 203.0.113.0/24}, {@code 2001:db8::/32} or a single address.
     *
     * @throws IllegalArgumentException if it is none; names are not looked up
     */
    public static Network parse(String text) {
        Matcher form = FORM.matcher(text);
        InetAddress address = form.matches() ? address(form.group(1)) : null;
        if (address == null) {
            throw new IllegalArgumentException("expected a network as `203.0.113.0/24`, or an address, found '" + text + "'");
        }
        int length = address.getAddress().length * Byte.SIZE;
        int prefix = form.group(2) == null ? length : Integer.parseInt(form.group(2));
        BigInteger bits = new BigInteger(1, address.getAddress());
        if (prefix > length || (bits.signum() != 0 && bits.getLowestSetBit() < length - prefix)) {
            throw new IllegalArgumentException("expected an address whose bits end within its prefix of 0 to " + length + ", found '" + text + "'");
        }
        return new Network(text, length, length - prefix, bits.shiftRight(length - prefix));
    }

    /** An address as it is written; null if it is none. Names are not looked up. */
    public static @Nullable InetAddress address(String text) {
        try {
            // Of IPv4, others also take less than four numbers.
            return text.indexOf(':') >= 0 || FOUR.matcher(text).matches() ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether an address is in it; null is in none. */
    public boolean contains(@Nullable InetAddress address) {
        byte[] bytes = address == null ? new byte[0] : address.getAddress();
        return bytes.length * Byte.SIZE == length && new BigInteger(1, bytes).shiftRight(rest).compareTo(common) == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
