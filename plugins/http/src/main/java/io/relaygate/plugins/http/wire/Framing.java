package io.relaygate.plugins.http.wire;

/** How a message says where its body ends (RFC 9112 section 6). */
public sealed interface Framing {

    /** There is no body. */
    record None() implements Framing {}

    /** The body has as many bytes. */
    record Length(long bytes) implements Framing {}

    /** The body comes in chunks, and trailers may follow. */
    record Chunked() implements Framing {}

    /** The body ends with the connection; of responses alone. */
    record ToTheEnd() implements Framing {}

    /** There is no body. */
    Framing NONE = new None();

    /** In chunks. */
    Framing CHUNKED = new Chunked();

    /** Up to the end of the connection. */
    Framing TO_THE_END = new ToTheEnd();
}
