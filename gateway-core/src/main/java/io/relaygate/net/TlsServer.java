package io.relaygate.net;

import io.relaygate.sdk.ServerCertificates.Clients;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS 1.3 and 1.2: the certificate is chosen by the server name that the client asks for, and clients
 * need a certificate where authorities for them are named. Any thread.
 */
public final class TlsServer {

    /** What the JDK takes of one handshake message, as {@code jdk.tls.maxHandshakeMessageSize} is if nobody sets it. */
    private static final int JDK_MESSAGE = 32 * 1024;

    /** The heap that a handshake holds at the most: what an open link does, and a message that is not complete. */
    public static final int HANDSHAKE_HELD = TlsLink.HELD + JDK_MESSAGE;

    private final SSLContext context;
    private final Clients clients;
    private final Alpn alpn;

    private TlsServer(SSLContext context, Clients clients, Alpn alpn) {
        this.context = context;
        this.alpn = alpn;
        this.clients = clients;
    }

    /**
     * What a handshake has shown.
     *
     * @param link the connection in clear
     * @param serverName the server name that the client asked for, in lower case, or null
     * @param applicationProtocol what was agreed on with ALPN, or null
     * @param client the client's certificate, whose key the handshake has proved; null if none was asked for
     */
    public record Accepted(
            TlsLink link, @Nullable String serverName, @Nullable String applicationProtocol, @Nullable X509Certificate client) {}

    /**
     * A server.
     *
     * @param certificates at least one; the first is shown where no name fits
     * @param clients who vouches for clients, or null if they need no certificate
     * @param alpn what is spoken inside
     * @throws GeneralSecurityException if the JDK cannot use them
     */
    public static TlsServer of(List<PemFiles> certificates, @Nullable ClientTrust clients, Alpn alpn)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trust = clients == null ? null : clients.managers();
        context.init(new KeyManager[] {new ServerKeys(certificates)}, trust, null);
        return new TlsServer(context, clients == null ? Clients.NONE : Clients.NEEDED, alpn);
    }

    /**
     * A server whose clients prove the keys of their certificates, and nobody vouches for them yet.
     *
     * @param certificates at least one; the first is shown where no name fits
     * @param clients whether they are asked for one
     * @param alpn what is spoken inside
     * @throws GeneralSecurityException if the JDK cannot use them
     */
    public static TlsServer asking(List<PemFiles> certificates, Clients clients, Alpn alpn) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new ServerKeys(certificates)}, new TrustManager[] {new NoVerification()}, null);
        return new TlsServer(context, clients, alpn);
    }

    /** What engines are made of. */
    public SSLContext context() {
        return context;
    }

    /**
     * Shakes hands.
     *
     * @param under what carries the records; closed if the handshake fails, and with the new link from then on
     * @throws javax.net.ssl.SSLException if the client cannot be trusted or understood
     */
    public Accepted accept(Link under, Instant deadline) throws IOException {
        return accept(under, TlsVersions.BOTH, deadline);
    }

    /**
     * Shakes hands in some of the versions.
     *
     * @param under as for the other
     * @throws javax.net.ssl.SSLException if the client cannot be trusted or understood
     */
    public Accepted accept(Link under, TlsVersions versions, Instant deadline) throws IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(versions.names());
        switch (clients) {
            case NONE -> {}
            case WANTED -> engine.setWantClientAuth(true);
            case NEEDED -> engine.setNeedClientAuth(true);
        }
        if (!alpn.offered().isEmpty()) {
            engine.setHandshakeApplicationProtocolSelector((_, offered) -> alpn.choose(offered));
        }
        TlsLink link = TlsLink.over(under, engine, deadline);
        ProvenCertificate client = link.clientCertificate();
        return new Accepted(
                link, link.serverName(), link.applicationProtocol(), client == null ? null : client.chain().getFirst());
    }

    /** The host name among the names that the client has asked for. */
    static @Nullable String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }
}
