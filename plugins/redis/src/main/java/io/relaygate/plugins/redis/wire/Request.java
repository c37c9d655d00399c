package io.relaygate.plugins.redis.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The beginning of a request, as far as it was asked for.
 *
 * @param name the command's name in lower case; empty if it is longer than any command's
 * @param arguments the arguments after the name that were read
 * @param count how many there are in all, the name not counted
 */
public record Request(String name, List<byte[]> arguments, int count) {

    /** Up to the first argument's {@code $}, in bytes. */
    public static final int LONGEST_BEGINNING = 11;

    private static final Pattern BEGINNING = Pattern.compile("\\*[1-9][0-9]{0,6}\r\n\\$.*", Pattern.DOTALL);
    private static final Pattern HALF = Pattern.compile("\\*([1-9][0-9]{0,6}(\r\n?)?)?");

    /** Keeps its own list of the same arrays, so that a secret among them can be wiped. */
    public Request {
        arguments = List.copyOf(arguments);
    }

    /** Whether bytes are the beginning of a request as programs write it, an array of bulk strings. */
    public static boolean begins(byte[] bytes) {
        return BEGINNING.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).matches();
    }

    /** Whether more bytes may make them such a beginning. */
    public static boolean mayBegin(byte[] bytes) {
        return HALF.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).matches();
    }

    /** Whether all arguments were read. */
    public boolean isComplete() {
        return arguments.size() == count;
    }

    /** An argument as text in lower case, from 0 after the name; empty if it was not read. */
    public String word(int index) {
        return index < arguments.size() ? lower(arguments.get(index)) : "";
    }

    static String lower(byte[] bytes) {
        byte[] lower = bytes.clone();
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] >= 'A' && lower[i] <= 'Z') {
                lower[i] = (byte) (lower[i] + 'a' - 'A');
            }
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }

    /** A request as an array of bulk strings. */
    public static byte[] encode(List<byte[]> words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] word : words) {
            out.writeBytes(("$" + word.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(word);
            out.write('\r');
            out.write('\n');
        }
        return out.toByteArray();
    }
}
