package io.relaygate.access.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key of somebody's one-time codes (RFC 6238, with steps of 30 seconds). */
final class CodeKey {

    /** A step, in seconds. */
    static final int STEP = 30;

    private static final int LEAST_BYTES = 16;
    private static final Map<String, String> ALGORITHMS = Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha512", "HmacSHA512");
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final SecretKeySpec key;
    private final int digits;

    /** The JDK keeps a copy of the key, as long as it is in the file. */
    private CodeKey(byte[] key, String algorithm, int digits) {
        this.key = new SecretKeySpec(key, algorithm);
        this.digits = digits;
    }

    /** A key that nobody has. */
    static CodeKey ofNobody() {
        return new CodeKey(new byte[LEAST_BYTES], "HmacSHA1", 6);
    }

    /**
     * Reads {@code KEY}, {@code KEY:ALGORITHM} or {@code KEY:ALGORITHM:DIGITS}.
     *
     * @throws IllegalArgumentException if it is none; the message says nothing of the key
     */
    static CodeKey parse(CharSequence text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != ':') {
            end++;
        }
        String[] rest = text.subSequence(end, text.length()).toString().split(":", -1);
        String algorithm = ALGORITHMS.get(rest.length < 2 ? "sha1" : rest[1].toLowerCase(Locale.ROOT));
        String digits = rest.length < 3 ? "6" : rest[2];
        if (rest.length > 3 || algorithm == null || !digits.matches("[68]")) {
            throw new IllegalArgumentException("expected NAME:KEY, or NAME:KEY:ALGORITHM:DIGITS with sha1, sha256 or sha512 and 6 or 8");
        }
        byte[] key = decoded(text.subSequence(0, end));
        try {
            if (key.length < LEAST_BYTES) {
                throw new IllegalArgumentException("a key has " + LEAST_BYTES + " bytes at least, which are 26 characters of base32");
            }
            return new CodeKey(key, algorithm, Integer.parseInt(digits));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** RFC 4648 section 6; without regard to case, and to blanks, which apps show. */
    private static byte[] decoded(CharSequence text) {
        int length = text.length();
        while (length > 0 && text.charAt(length - 1) == '=') {
            length--;
        }
        byte[] out = new byte[length];
        int count = 0;
        int bits = 0;
        int held = 0;
        for (int i = 0; i < length; i++) {
            char c = Character.toUpperCase(text.charAt(i));
            int value = BASE32.indexOf(c);
            if (value < 0 && c != ' ') {
                throw new IllegalArgumentException("the key is not base32");
            } else if (value >= 0) {
                bits = (bits << 5 | value) & 0xfff;
                held += 5;
            }
            if (held >= 8) {
                held -= 8;
                out[count++] = (byte) (bits >> held);
            }
        }
        byte[] key = Arrays.copyOf(out, count);
        Arrays.fill(out, (byte) 0);
        return key;
    }

    /** Whether it is the code of a step; always takes the same time. */
    boolean isCode(char[] code, long step) {
        byte[] expected = code(step).getBytes(StandardCharsets.US_ASCII);
        byte[] given = new byte[code.length];
        for (int i = 0; i < code.length; i++) {
            given[i] = code[i] < 0x80 ? (byte) code[i] : 0;
        }
        return MessageDigest.isEqual(expected, given);
    }

    /** The code of a step (RFC 4226 section 5.3). */
    String code(long step) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
            int number = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & 0x7fffffff;
            return String.format(Locale.ROOT, "%0" + digits + "d", number % (digits == 6 ? 1_000_000 : 100_000_000));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + key.getAlgorithm(), e);
        }
    }
}
