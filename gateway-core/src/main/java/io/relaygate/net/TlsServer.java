package io.relaygate.net;

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
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS 1.3 and 1.2: the certificate is chosen by the server name that the client asks for, and clients
 * need a certificate where authorities for them are named. Any thread.
 */
public final class TlsServer {

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final boolean clientsNeedCertificates;

    private TlsServer(SSLContext context, boolean clientsNeedCertificates) {
        this.context = context;
        this.clientsNeedCertificates = clientsNeedCertificates;
    }

    /**
     * What a handshake has shown.
     *
     * @param link the connection in clear
     * @param serverName the server name that the client asked for, in lower case, or null
     * @param client the client's certificate, whose key the handshake has proved; null if none was asked for
     */
    public record Accepted(TlsLink link, @Nullable String serverName, @Nullable X509Certificate client) {}

    /**
     * A server.
     *
     * @param certificates at least one; the first is shown where no name fits
     * @param clients who vouches for clients, or null if they need no certificate
     * @throws GeneralSecurityException if the JDK cannot use them
     */
    public static TlsServer of(List<PemFiles> certificates, @Nullable ClientTrust clients) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trust = clients == null ? null : clients.managers();
        context.init(new KeyManager[] {new ServerKeys(certificates)}, trust, null);
        return new TlsServer(context, clients != null);
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
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(VERSIONS);
        engine.setNeedClientAuth(clientsNeedCertificates);
        TlsLink link = TlsLink.over(under, engine, deadline);
        SSLSession session = link.session();
        return new Accepted(link, serverName(session), clientsNeedCertificates ? leaf(session) : null);
    }

    private static X509Certificate leaf(SSLSession session) throws SSLPeerUnverifiedException {
        return (X509Certificate) session.getPeerCertificates()[0];
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
