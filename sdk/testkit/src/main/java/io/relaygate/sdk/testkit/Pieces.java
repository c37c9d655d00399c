package io.relaygate.sdk.testkit;

import java.io.InputStream;
import java.util.function.IntUnaryOperator;

/** Bytes that come in pieces, for code that reads a stream: what it makes of them must not depend on where they were cut. */
public final class Pieces extends InputStream {

    private final byte[] bytes;
    private final IntUnaryOperator pieces;
    private int at;

    /**
     * A stream.
     *
     * @param pieces how many bytes the next read may give at most, by how many were read
     */
    public Pieces(byte[] bytes, IntUnaryOperator pieces) {
        this.bytes = bytes;
        this.pieces = pieces;
    }

    /** In one piece. */
    public static Pieces whole(byte[] bytes) {
        return new Pieces(bytes, _ -> Integer.MAX_VALUE);
    }

    /** Each byte by itself. */
    public static Pieces oneByOne(byte[] bytes) {
        return new Pieces(bytes, _ -> 1);
    }

    /** In two pieces: so many bytes, and all others. */
    public static Pieces cutAfter(byte[] bytes, int cut) {
        return new Pieces(bytes, at -> at < cut ? cut - at : Integer.MAX_VALUE);
    }

    @Override
    public int read() {
        return at == bytes.length ? -1 : bytes[at++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == bytes.length) {
            return -1;
        }
        int n = Math.min(Math.min(length, bytes.length - at), Math.max(1, pieces.applyAsInt(at)));
        System.arraycopy(bytes, at, into, offset, n);
        at += n;
        return n;
    }
}
