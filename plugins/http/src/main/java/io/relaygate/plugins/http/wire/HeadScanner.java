package io.relaygate.plugins.http.wire;

import java.nio.charset.StandardCharsets;

/** Takes the lines of a head, or of trailers, apart: byte by byte and forgiving nothing (RFC 9112 section 2.2 and 5). */
final class HeadScanner {

    private final byte[] bytes;
    private final int end;
    private int at;

    /** Lines from {@code at} on, which end with an empty one right before {@code end}. */
    HeadScanner(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    private int next() throws MalformedException {
        if (at == end) {
            throw new MalformedException(400, "a line is cut off");
        }
        return bytes[at++] & 0xff;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** An empty line, if one comes (RFC 9112 section 2.2: before a request). */
    boolean emptyLine() throws MalformedException {
        if (at < end && bytes[at] == '\r') {
            at++;
            lineFeed();
            return true;
        }
        return false;
    }

    private void lineFeed() throws MalformedException {
        if (next() != '\n') {
            throw new MalformedException(400, "a CR that no LF follows");
        }
    }

    /** A token and the space after it. */
    String method() throws MalformedException {
        int from = at;
        int c = next();
        while (Chars.isToken(c)) {
            c = next();
        }
        if (c != ' ' || at - from < 2) {
            throw new MalformedException(400, "the request does not begin with a method and a space");
        }
        return text(from, at - 1);
    }

    /** A request's target and the space after it. */
    String target() throws MalformedException {
        int from = at;
        int c = next();
        while (Chars.isTarget(c)) {
            c = next();
        }
        if (c != ' ' || at - from < 2) {
            throw new MalformedException(400, "the request's target has a character that must be encoded");
        }
        return text(from, at - 1);
    }

    /** {@code HTTP/1.0} or {@code HTTP/1.1}; gives the digit behind the dot. */
    int minor() throws MalformedException {
        if (end - at < 8 || !text(at, at + 5).equals("HTTP/") || !Chars.isDigit(bytes[at + 5]) || bytes[at + 6] != '.'
                || !Chars.isDigit(bytes[at + 7])) {
            throw new MalformedException(400, "no version of HTTP where one must stand");
        }
        int minor = bytes[at + 7] - '0';
        if (bytes[at + 5] != '1' || minor > 1) {
            throw new MalformedException(505, "HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        at += 8;
        return minor;
    }

    void lineEnd() throws MalformedException {
        if (next() != '\r') {
            throw new MalformedException(400, "something stands behind the first line's end");
        }
        lineFeed();
    }

    /** A space and three digits. */
    int status() throws MalformedException {
        if (next() != ' ') {
            throw new MalformedException(400, "no space before the status");
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int c = next();
            if (!Chars.isDigit(c)) {
                throw new MalformedException(400, "a status has three digits");
            }
            status = status * 10 + c - '0';
        }
        if (status < 100) {
            throw new MalformedException(400, "a status begins with 1 at the least");
        }
        return status;
    }

    /** What stands behind the status, with the line's end; the space before it may be missing where there is none. */
    String reason() throws MalformedException {
        int from = at;
        int c = next();
        if (c != ' ' && c != '\r') {
            throw new MalformedException(400, "a status has three digits");
        }
        while (Chars.isValue(c)) {
            c = next();
        }
        if (c != '\r') {
            throw new MalformedException(400, "a control character in the reason");
        }
        lineFeed();
        return text(from, at - 2).strip();
    }

    /** Field lines up to the empty one, which must be the last. */
    Fields fields(int most) throws MalformedException {
        Fields fields = new Fields();
        while (!emptyLine()) {
            if (fields.size() == most) {
                throw new MalformedException(431, "more than " + most + " fields");
            }
            field(fields);
        }
        if (at != end) {
            throw new MalformedException(400, "a head within a head");
        }
        return fields;
    }

    private void field(Fields into) throws MalformedException {
        int from = at;
        int c = next();
        while (Chars.isToken(c)) {
            c = next();
        }
        if (c != ':' || at - from < 2) {
            throw new MalformedException(400, from + 1 == at && (c == ' ' || c == '\t')
                    ? "a folded line"
                    : "the name of a field is no token with a colon behind it");
        }
        String name = text(from, at - 1);
        int first = at;
        c = next();
        while (Chars.isValue(c)) {
            c = next();
        }
        if (c != '\r') {
            throw new MalformedException(400, "a control character in a field");
        }
        int last = at - 1;
        lineFeed();
        while (first < last && isSpace(bytes[first])) {
            first++;
        }
        while (last > first && isSpace(bytes[last - 1])) {
            last--;
        }
        into.add(name, text(first, last));
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
