package io.relaygate.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A connection inside TLS, in clear. With TLS 1.2 it cannot end one direction alone. Where the peer has ended what is below without a word of
 * TLS (close_notify), reading throws {@link java.io.EOFException}: who can tell by the protocol that all was said may take it for an end.
 */
public interface TlsConnection extends Connection {

    /** The server name that the client asked for (RFC 6066), in lower case; null if it asked for none. */
    @Nullable String serverName();

    /** What was agreed on with ALPN (RFC 7301), for example {@code h2}; null if nothing was. */
    @Override
    @Nullable String applicationProtocol();

    /** {@code TLSv1.3} or {@code TLSv1.2}. */
    String version();

    /**
     * The certificate whose key the client has proved, for {@link Session#judge}; null if it has shown none, and on a
     * connection that the gateway made itself.
     */
    Credential.@Nullable ClientCertificate clientCertificate();
}
