package io.relaygate.plugins.http.wire;

/** What may stand where (RFC 9110 section 5.5 and 5.6, RFC 3986). */
public final class Chars {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private Chars() {}

    /** A character of a method or of a name of a field. */
    public static boolean isToken(int c) {
        return c >= 0 && c < 128 && TOKEN[c];
    }

    /** A whole token. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isToken(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** A byte of a field's value or of a reason: no control character but the tabulator. */
    public static boolean isValue(int c) {
        return c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff);
    }

    /** A whole value. */
    public static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isValue(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** A character of a request's target: visible, of ASCII, and not the mark of a fragment, which is never sent. */
    public static boolean isTarget(int c) {
        return c > ' ' && c < 0x7f && c != '#';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
