package io.relaygate.plugins.http.wire;

/**
 * The head of a response (RFC 9112 section 4), checked.
 *
 * @param status 100 to 999
 * @param reason may be empty
 * @param version what the destination speaks
 * @param fields without those that say the framing; of a response without a body, {@code Content-Length} says what it would have
 * @param body how its body is framed
 */
public record ResponseHead(int status, String reason, Version version, Fields fields, Framing body) {

    /** Whether the destination speaks HTTP/1.0. */
    public boolean isOld() {
        return version == Version.HTTP_1_0;
    }

    /** Whether another one follows to the same request (RFC 9110 section 15.2). */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }
}
