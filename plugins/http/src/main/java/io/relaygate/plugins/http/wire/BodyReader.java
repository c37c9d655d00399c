package io.relaygate.plugins.http.wire;

import java.io.IOException;

/** The body of the message whose head was read last, piece by piece. One thread at a time, but for {@link #isSaid}. */
public interface BodyReader {

    /** Whether all of the body has come already, or there is none: reading it does not wait. */
    boolean isHere();

    /**
     * Reads the next piece, which {@link #passTo} passes on; false at the end.
     *
     * @throws MalformedException 400, if the framing is broken
     * @throws TruncatedException if the peer has ended before the body did
     */
    boolean next() throws IOException;

    /** How many bytes the piece has. */
    int pieceLength();

    /** Passes on the piece that {@link #next} has read. */
    void passTo(BodyWriter out) throws IOException;

    /**
     * Whether the peer has said the last byte of this message. With a length that is known with the last piece, otherwise when
     * {@link #next} has said that there is no more.
     */
    boolean isSaid();

    /** What came behind the body; to be asked when {@link #next} has said that there is no more. */
    Fields trailers();
}
