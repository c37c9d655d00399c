package io.relaygate.relay;

import java.nio.charset.StandardCharsets;

/** Percent-encoding as URIs have it (RFC 3986 section 2.1): a plus sign is a plus sign. */
public final class PercentText {

    private static final String HEX = "0123456789ABCDEF";

    private PercentText() {}

    /** Decodes what is well-formed and leaves the rest as it is. */
    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
            if (low < 0) {
                out[length++] = in[i];
            } else {
                out[length++] = (byte) ((high << 4) | low);
                i += 2;
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }

    /** Encodes everything but letters, digits and {@code -._~}. */
    public static String encode(String text) {
        return encode(text, "-._~");
    }

    /** Encodes what may not stand in a path or query, and keeps what has been encoded already. */
    public static String makeSafe(String text) {
        return encode(text, "-._~%!$&'()*+,;=:@/?");
    }

    private static String encode(String text, String kept) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || (c < 128 && kept.indexOf(c) >= 0)) {
                out.append((char) c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }
}
