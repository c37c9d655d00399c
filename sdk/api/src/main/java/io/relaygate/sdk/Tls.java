package io.relaygate.sdk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 and 1.2 by the gateway's engine, begun wherever in a stream the protocol says so. Any thread.
 *
 * <p>A handshake takes 30 seconds at the most, and no longer than the deadline of the connection below. When it has failed, the
 * connection below is closed. From a handshake on only the {@link TlsConnection} is used; closing it tells the peer that this
 * is the end, and closes what is below. One that is left open is cut off when the session ends, and the peer sees a failure.
 */
public interface Tls {

    /**
     * Shakes hands as the server. Offers the application protocols of the route ({@link Protocol#alpn}, or its condition's).
     *
     * @param connection what carries the records: the session's client, or a connection of the plugin's own over it
     * @param certificates as the route's settings name them
     * @throws RefusedException MALFORMED if client and gateway do not agree, or the client has no certificate and needs one
     */
    TlsConnection accept(Connection connection, ServerCertificates certificates) throws IOException;

    /**
     * Shakes hands as the client, and verifies that the certificate is the server's.
     *
     * @param connection what carries the records
     * @param trust as the route's settings name it
     * @param name the host name or address that the certificate must carry; sent to the server if it is a name
     * @param alpn the application protocols to offer, the best first; none to offer nothing
     * @throws RefusedException UNREACHABLE if the server cannot be trusted, or they do not agree
     */
    TlsConnection connect(Connection connection, Trust trust, String name, String... alpn) throws IOException;

    /**
     * Looks at how a client begins TLS, and consumes nothing of it: for protocols that let TLS pass. Waits until its hello is there.
     *
     * @param connection what carries the records
     * @return null if what comes is not the beginning of TLS
     */
    @Nullable TlsHello peek(Connection connection) throws IOException;

    /**
     * The same with TLS 1.2 alone: for protocols that carry the handshake in messages of their own and need it to end with the
     * handshake, as TDS 7 does (MS-TDS section 2.2.6.5). In TLS 1.3 each side may say more of it at any time.
     */
    Tls withoutTls13();
}
