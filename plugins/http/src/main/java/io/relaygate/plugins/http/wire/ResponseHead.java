package io.relaygate.plugins.http.wire;

/**
 * The head of a response (RFC 9112 section 4), checked.
 *
 * @param status 100 to 999
 * @param reason may be empty
 * @param minor 0 or 1: the version is 1.0 or 1.1
 * @param fields without those that say the framing; of a response without a body, {@code Content-Length} says what it would have
 * @param body how its body is framed
 */
public record ResponseHead(int status, String reason, int minor, Fields fields, Framing body) {

    /** Whether another one follows to the same request (RFC 9110 section 15.2). */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }
}
