package io.relaygate.plugins.http.wire;

/**
 * One field line (RFC 9110 section 5).
 *
 * @param name a token, as it was written; names are equal in any case
 * @param value without the white space around it; each character is one byte
 */
public record Field(String name, String value) {

    /** Whether it has this name, in any case. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
