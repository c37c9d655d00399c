package io.relaygate.plugins.redis.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that no server knows and nobody can guess, sent in place of a request that the server is not to see. Its name
 * carries a code, which comes back in the server's error.
 */
public final class Marker {

    /** Redis cuts the name of an unknown command at 128 characters. */
    private static final int LONGEST_CODE = 80;

    private final String prefix;

    /**
     * A marker.
     *
     * @param random 16 random bytes
     */
    public Marker(byte[] random) {
        this.prefix = "relaygate-" + HexFormat.of().formatHex(random) + ":";
    }

    /**
     * The request to send.
     *
     * @param code what is to come back; what is no letter, digit or one of {@code |._:-} becomes a question mark
     */
    public byte[] request(String code) {
        String plain = code.replaceAll("[^A-Za-z0-9|._:-]", "?");
        String name = prefix + (plain.length() > LONGEST_CODE ? plain.substring(0, LONGEST_CODE) : plain);
        return Request.encode(List.of(name.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The code in an error of the server; null if the error is about something else. */
    @Nullable String code(byte[] line, int length) {
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(prefix);
        if (at < 0) {
            return null;
        }
        int begin = at + prefix.length();
        int end = begin;
        while (end < text.length() && "'`\r\n, ".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(begin, end);
    }
}
