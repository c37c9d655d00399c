package io.relaygate.plugins.http.rules;

import java.util.ArrayDeque;
import java.util.Deque;

/** A path as a server may understand it that decodes it, takes dots for what they stand for, and slashes together (RFC 3986 section 6). */
public final class PlainPath {

    private PlainPath() {}

    /** Of a path as it came. */
    public static String of(String path) {
        String plain = path;
        // Twice, because what a server decodes another behind it may decode again.
        for (int i = 0; i < 2 && plain.indexOf('%') >= 0; i++) {
            plain = decoded(plain);
        }
        plain = plain.replace('\\', '/');
        return plain.contains("//") || plain.contains("/.") ? resolved(plain) : plain;
    }

    /** Whether a segment of it leads upwards, once it is decoded. */
    static boolean climbs(String path) {
        for (String segment : decoded(decoded(path)).replace('\\', '/').split("/", -1)) {
            if (bare(segment).equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String path) {
        StringBuilder plain = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int value = path.charAt(i) == '%' ? octet(path, i + 1) : -1;
            plain.append(value < 0 ? path.charAt(i) : (char) value);
            i += value < 0 ? 0 : 2;
        }
        return plain.toString();
    }

    /** What two digits at this place stand for; -1 if they are none. */
    static int octet(String text, int at) {
        int a = at + 1 < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        int b = a < 0 ? -1 : Character.digit(text.charAt(at + 1), 16);
        return b < 0 ? -1 : a << 4 | b;
    }

    /** Without parameters, which some servers leave out before they take dots for what they stand for. */
    private static String bare(String segment) {
        int parameters = segment.startsWith(".") ? segment.indexOf(';') : -1;
        return parameters < 0 ? segment : segment.substring(0, parameters);
    }

    private static String resolved(String path) {
        Deque<String> segments = new ArrayDeque<>();
        boolean folder = false;
        for (String each : path.split("/", -1)) {
            String segment = bare(each);
            folder = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!folder) {
                segments.addLast(each);
            }
        }
        String joined = "/" + String.join("/", segments);
        return folder && !segments.isEmpty() ? joined + "/" : joined;
    }
}
