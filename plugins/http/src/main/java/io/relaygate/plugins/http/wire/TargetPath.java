package io.relaygate.plugins.http.wire;

/**
 * What the path of a target must be that anybody could read (RFC 3986 section 2.1 and 5.2.4), by one rule for HTTP/1.1 and HTTP/2.
 * What may be read in two ways and does not matter to the gateway passes as it came: {@code a//b}, {@code %2F}, {@code a/..;x/b}.
 */
public final class TargetPath {

    private TargetPath() {}

    /**
     * Checks the path of a target, which begins with a slash or is {@code *}; its query is not looked at: many a client leaves a
     * {@code %} in it alone.
     *
     * @throws MalformedException 400, if a {@code %} stands for no byte or for NUL, or the path leads above its root for whoever
     *     takes dots for what they stand for, also if these are encoded or have parameters
     */
    public static void require(String target) throws MalformedException {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        int depth = 0;
        int from = 1;
        for (int i = 1; i <= end; i++) {
            if (i == end || target.charAt(i) == '/') {
                depth += step(target, from, i);
                from = i + 1;
            } else if (target.charAt(i) == '%') {
                requireByte(target, i, end);
            }
            if (depth < 0) {
                throw new MalformedException(400, "the request's path leads above its root");
            }
        }
    }

    private static void requireByte(String target, int at, int end) throws MalformedException {
        int high = at + 2 < end ? Character.digit(target.charAt(at + 1), 16) : -1;
        int low = at + 2 < end ? Character.digit(target.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new MalformedException(400, "a % in the request's path that no two hexadecimal digits follow");
        }
        if (high + low == 0) {
            throw new MalformedException(400, "the request's path has a byte that is 0");
        }
    }

    /** How far a segment leads down. */
    private static int step(String target, int from, int to) {
        int dots = 0;
        int at = from;
        while (at < to && target.charAt(at) != ';') {
            boolean encoded = target.regionMatches(true, at, "%2e", 0, 3);
            if (!encoded && target.charAt(at) != '.') {
                return 1;
            }
            dots++;
            at += encoded ? 3 : 1;
        }
        return dots == 1 ? 0 : dots == 2 ? -1 : 1;
    }
}
