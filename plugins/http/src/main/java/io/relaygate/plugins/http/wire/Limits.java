package io.relaygate.plugins.http.wire;

/**
 * How much is read at most.
 *
 * @param line bytes of a request's or response's first line
 * @param head bytes of all fields of a head, or of all trailers
 * @param fields lines of a head, or of all trailers
 */
public record Limits(int line, int head, int fields) {

    /** What is enough for everybody. */
    public static final Limits USUAL = new Limits(8 * 1024, 64 * 1024, 200);
}
