package io.relaygate.plugins.http.rules;

import org.jspecify.annotations.Nullable;

/**
 * What a path has to be.
 *
 * @param text as it was written
 * @param below the segments that it begins with, without a slash at the end
 * @param regex what it has to fit instead, all of it; or null
 */
public record PathMatch(String text, String below, @Nullable Regex regex) {

    /**
     * Reads {@code /path}, or {@code ~} and a regular expression.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static PathMatch parse(String text) {
        return text.startsWith("~") ? new PathMatch(text, "", Regex.parse(text.substring(1))) : new PathMatch(text, prefix(text), null);
    }

    /**
     * Reads the first segments of paths.
     *
     * @return without a slash at the end
     * @throws IllegalArgumentException if they are none
     */
    public static String prefix(String text) {
        boolean visible = text.chars().allMatch(c -> c > ' ' && c < 0x7f && "?#".indexOf(c) < 0);
        if (!text.startsWith("/") || !visible || !PlainPath.of(text).equals(text)) {
            throw new IllegalArgumentException("expected a path as in `/api`, nothing encoded in it, found '" + text + "'");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Whether a path begins with these whole segments. */
    public static boolean isBelow(String path, String segments) {
        return path.startsWith(segments) && (path.length() == segments.length() || path.charAt(segments.length()) == '/');
    }

    /** Whether this path is. */
    public boolean fits(String path) {
        return regex == null ? isBelow(path, below) : regex.fitsAll(path);
    }

    @Override
    public String toString() {
        return text;
    }
}
