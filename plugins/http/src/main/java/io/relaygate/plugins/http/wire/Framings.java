package io.relaygate.plugins.http.wire;

import org.jspecify.annotations.Nullable;

/** Finds out how a message is framed (RFC 9112 section 6.3). What could be read in two ways is none. */
public final class Framings {

    private static final int DIGITS = Long.toString(Long.MAX_VALUE).length();

    private Framings() {}

    static Framing ofRequest(Fields fields, int minor) throws MalformedException {
        Framing said = said(fields, minor);
        return said == null ? Framing.NONE : said;
    }

    /** Of a response; one without a body is told apart by its status and by what it answers. */
    static Framing ofResponse(Fields fields, int minor, int status, boolean answersHead) throws MalformedException {
        Framing said = said(fields, minor);
        boolean never = status < 200 || status == 204;
        if (never && said instanceof Framing.Chunked) {
            throw new MalformedException(400, "chunks where there cannot be a body");
        }
        if (never || status == 304 || answersHead) {
            return Framing.NONE;
        }
        return said == null ? Framing.TO_THE_END : said;
    }

    private static @Nullable Framing said(Fields fields, int minor) throws MalformedException {
        int lengths = fields.count("Content-Length");
        int codings = fields.count("Transfer-Encoding");
        if (lengths + codings > 1) {
            throw new MalformedException(400, "the body's length is said more than once");
        }
        if (codings == 1) {
            requireChunked(String.valueOf(fields.first("Transfer-Encoding")), minor);
            return Framing.CHUNKED;
        }
        String length = fields.first("Content-Length");
        return length == null ? null : new Framing.Length(length(length));
    }

    private static void requireChunked(String coding, int minor) throws MalformedException {
        if (minor == 0) {
            throw new MalformedException(400, "HTTP/1.0 has no Transfer-Encoding");
        }
        if (!coding.equalsIgnoreCase("chunked")) {
            throw new MalformedException(501, "no transfer coding but chunked is taken");
        }
    }

    /** What {@code Content-Length} says: digits alone, and no more than a {@code long} holds. */
    public static long length(String text) throws MalformedException {
        boolean digits = !text.isEmpty();
        for (int i = 0; i < text.length(); i++) {
            digits &= Chars.isDigit(text.charAt(i));
        }
        if (!digits || text.length() > DIGITS) {
            throw new MalformedException(400, "Content-Length is no number");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedException(400, "Content-Length is no number");
        }
    }
}
