package io.relaygate.plugins.http.wire;

import java.io.IOException;

/** The body of the message whose head was written last. Gathers what is small until {@link #flush}. One thread at a time. */
public interface BodyWriter {

    /** Writes a piece; the array is the caller's again afterwards. */
    void piece(byte[] from, int offset, int length) throws IOException;

    /** Writes the end; trailers go where the framing can say them. */
    void end(Fields trailers) throws IOException;

    /** Sends what was gathered. */
    void flush() throws IOException;
}
