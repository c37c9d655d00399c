package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The body of an HTTP/1.1 message whose head was read (RFC 9112 sections 6 and 7), read strictly and piece by piece. A
 * sender that waits to be asked for it (RFC 9110 section 10.1.1) is asked when the first byte is wanted. One thread reads
 * at a time; any may ask whether it is over.
 */
public final class HttpBody {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LINE = 1024;
    private static final long CHUNKED = -1;
    private static final long UNKNOWN = -2;
    private static final int MOST_TRAILERS = 100;

    private final Link link;
    private final boolean chunked;
    private final boolean toTheEnd;
    private final long length;
    private long left;
    private boolean asked;
    private boolean inChunk;
    private volatile boolean over;

    private HttpBody(Link link, boolean chunked, boolean toTheEnd, long length, boolean asked) {
        this.link = link;
        this.chunked = chunked;
        this.toTheEnd = toTheEnd;
        this.length = length;
        this.left = length;
        this.asked = asked;
        this.over = !chunked && !toTheEnd && length == 0;
    }

    /**
     * The body that a head announces, perhaps an empty one; nothing of it is read yet.
     *
     * @param link of which the head was read
     * @throws BadHeadException if its end cannot be told, or not without doubt: 400, or 501 for a coding that is unknown
     */
    public static HttpBody of(HttpHead request, Link link) throws BadHeadException {
        long length = length(request, "the request", 0);
        boolean waits = request.hasWord("Expect", "100-continue");
        return new HttpBody(link, length < 0, false, Math.max(0, length), !waits);
    }

    /**
     * The body of the response to a request of a method, as {@link #of}; one of which nothing is said goes on to the end of
     * the connection.
     */
    public static HttpBody ofResponse(HttpHead response, String method, Link link) throws BadHeadException {
        boolean never = method.equals("HEAD") || response.status() == 204 || response.status() == 304;
        long length = never ? 0 : length(response, "the response", UNKNOWN);
        return new HttpBody(link, length == CHUNKED, length == UNKNOWN, Math.max(0, length), true);
    }

    /** What the head says of it: bytes, {@link #CHUNKED}, or nothing. */
    private static long length(HttpHead head, String what, long nothing) throws BadHeadException {
        String coding = head.field("Transfer-Encoding");
        String length = head.field("Content-Length");
        if (coding != null && length != null) {
            throw new BadHeadException(400, what + " has both Content-Length and Transfer-Encoding");
        }
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            throw new BadHeadException(501, what + " has another transfer coding than chunked");
        }
        if (length != null && !length.matches("[0-9]{1,18}")) {
            throw new BadHeadException(400, "Content-Length is no number of bytes");
        }
        return coding != null ? CHUNKED : length == null ? nothing : Long.parseLong(length);
    }

    /** How many bytes it has, or -1 if only its end will tell. */
    public long length() {
        return chunked || toTheEnd ? -1 : length;
    }

    /** Whether all of it was read. */
    public boolean over() {
        return over;
    }

    /**
     * Reads some of it.
     *
     * @param limit how long to wait for a first byte; the sizes of chunks are waited for as long as the link allows
     * @return how many bytes, -1 at its end, 0 if the limit passed first or nothing is known yet
     * @throws BadHeadException if it is not well-formed
     * @throws EOFException if the connection ended within it
     */
    public int read(byte[] into, int offset, int size, Duration limit) throws IOException {
        if (over) {
            return -1;
        }
        if (!asked) {
            asked = true;
            link.write(CONTINUE, 0, CONTINUE.length);
        }
        if (toTheEnd) {
            int n = link.read(into, offset, size, limit);
            over = n < 0;
            return n;
        }
        if (left == 0) {
            // The end of a chunk comes with it, and the next one perhaps much later.
            if (link.awaitReadable(limit) && (!inChunk || (endOfChunk() && link.awaitReadable(limit)))) {
                nextChunk();
            }
            return over ? -1 : 0;
        }
        int n = link.read(into, offset, (int) Math.min(size, left), limit);
        if (n < 0) {
            throw new EOFException("the connection ended within the body of an HTTP message");
        }
        left -= n;
        over = !chunked && left == 0;
        return n;
    }

    private boolean endOfChunk() throws IOException {
        if (!line().isEmpty()) {
            throw new BadHeadException(400, "a chunk is longer than it says");
        }
        inChunk = false;
        return true;
    }

    private void nextChunk() throws IOException {
        String size = line().split(";", 2)[0].stripTrailing();
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw new BadHeadException(400, "the size of a chunk is no hexadecimal number");
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            // Trailers are not passed on.
            for (int i = 0; !line().isEmpty(); i++) {
                if (i == MOST_TRAILERS) {
                    throw new BadHeadException(431, "the body has too many trailers");
                }
            }
            over = true;
        }
        inChunk = true;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(); c != '\r'; c = next()) {
            if ((c < ' ' && c != '\t') || line.length() == LONGEST_LINE) {
                throw new BadHeadException(400, "a line between chunks is malformed");
            }
            line.append((char) c);
        }
        if (next() != '\n') {
            throw new BadHeadException(400, "a line between chunks ends without a line feed");
        }
        return line.toString();
    }

    private int next() throws IOException {
        int c = link.in().read();
        if (c < 0) {
            throw new EOFException("the connection ended within the body of an HTTP message");
        }
        return c;
    }
}
