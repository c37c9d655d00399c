package io.relaygate.plugins.http;

import java.util.ArrayDeque;
import java.util.Deque;

/** A path as a server may understand it that decodes it, takes dots for what they stand for, and slashes together (RFC 3986 section 6). */
final class PlainPath {

    private PlainPath() {}

    /** Of a path as it came. */
    static String of(String path) {
        String plain = path;
        // Twice, because what a server decodes another behind it may decode again.
        for (int i = 0; i < 2 && plain.indexOf('%') >= 0; i++) {
            plain = decoded(plain);
        }
        plain = plain.replace('\\', '/');
        return plain.contains("//") || plain.contains("/.") ? resolved(plain) : plain;
    }

    private static String decoded(String path) {
        StringBuilder plain = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int value = path.charAt(i) == '%' && i + 2 < path.length() ? octet(path.charAt(i + 1), path.charAt(i + 2)) : -1;
            plain.append(value < 0 ? path.charAt(i) : (char) value);
            i += value < 0 ? 0 : 2;
        }
        return plain.toString();
    }

    private static int octet(char high, char low) {
        int a = Character.digit(high, 16);
        int b = Character.digit(low, 16);
        return a < 0 || b < 0 ? -1 : a << 4 | b;
    }

    private static String resolved(String path) {
        Deque<String> segments = new ArrayDeque<>();
        boolean folder = false;
        for (String segment : path.split("/", -1)) {
            folder = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!folder) {
                segments.addLast(segment);
            }
        }
        String joined = "/" + String.join("/", segments);
        return folder && !segments.isEmpty() ? joined + "/" : joined;
    }
}
