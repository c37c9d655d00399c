package io.relaygate.plugins.http.callers;

import io.relaygate.sdk.Credential.Kind;

/** How a client may prove who it is. */
public enum Scheme {
    /** A name and a password in {@code Authorization} (RFC 7617). */
    BASIC(Kind.PASSWORD),
    /** A JSON web token in {@code Authorization} (RFC 6750). */
    BEARER(Kind.BEARER_TOKEN),
    /** A certificate, in TLS that ends at the route. */
    CERTIFICATE(Kind.CLIENT_CERTIFICATE);

    private final Kind kind;

    Scheme(Kind kind) {
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
