package io.relaygate.plugins.http.wire;

/**
 * Finds the end of a head in what comes piece by piece, and refuses at once what can be in none: lines that do not end with CRLF,
 * control characters, and more than is taken (RFC 9112 section 2.2).
 */
final class HeadEnd {

    private static final int MOST_EMPTY_LINES = 4;

    private final Limits limits;
    private final boolean emptyLinesBefore;
    private boolean cr;
    private int line;
    private int lines;
    private int first;
    private int all;

    /**
     * For one head after the other.
     *
     * @param emptyLinesBefore whether empty lines may come before it
     */
    HeadEnd(Limits limits, boolean emptyLinesBefore) {
        this.limits = limits;
        this.emptyLinesBefore = emptyLinesBefore;
    }

    /** A head begins, or trailers do, which have no first line. */
    void begin(boolean trailers) {
        cr = false;
        line = 0;
        lines = trailers ? 1 : 0;
        first = 0;
        all = 0;
    }

    /**
     * Looks at what follows.
     *
     * @return the first byte behind the head; -1 if its end is not there
     */
    int find(byte[] bytes, int from, int to) throws MalformedException {
        for (int i = from; i < to; i++) {
            if (ends(bytes[i] & 0xff)) {
                return i + 1;
            }
        }
        return -1;
    }

    private boolean ends(int c) throws MalformedException {
        if (cr) {
            if (c != '\n') {
                throw new MalformedException(400, "a CR that no LF follows");
            }
            cr = false;
            return lineEnds();
        }
        if (c == '\r') {
            cr = true;
            return false;
        }
        if (!Chars.isValue(c)) {
            throw new MalformedException(400, c == '\n' ? "a line that ends without CR" : "a control character");
        }
        line++;
        count();
        return false;
    }

    private boolean lineEnds() throws MalformedException {
        boolean empty = line == 0;
        line = 0;
        if (empty && lines == 0) {
            first++;
            if (!emptyLinesBefore || first > MOST_EMPTY_LINES) {
                throw new MalformedException(400, "empty lines in the place of a message");
            }
            return false;
        }
        lines++;
        if (lines > 1) {
            all += "\r\n".length();
        }
        return empty;
    }

    private void count() throws MalformedException {
        if (lines == 0) {
            if (line > limits.line()) {
                throw new MalformedException(414, "the first line is longer than " + limits.line() + " bytes");
            }
        } else {
            all++;
            if (all > limits.head()) {
                throw new MalformedException(431, "the fields are larger than " + limits.head() + " bytes");
            }
        }
    }
}
