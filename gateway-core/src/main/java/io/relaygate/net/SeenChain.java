package io.relaygate.net;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Verifies a server as others do, and keeps what the server has shown, trusted or not: to say what is wrong with it. For one handshake. */
public final class SeenChain {

    private final Judge judge;

    /**
     * Trusts as settings say.
     *
     * @param caFile the authorities to trust, PEM, or null for the system's
     * @throws IOException if they cannot be read
     */
    public SeenChain(@Nullable Path caFile) throws IOException {
        try {
            TrustManager[] managers = caFile == null ? system() : ClientTrust.read(caFile, null).managers();
            this.judge = new Judge((X509ExtendedTrustManager) managers[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException("authorities that cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] system() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    /** For the handshake, as a client. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {judge}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** What the server has shown, its own certificate first; empty if it did not come to that. */
    public List<X509Certificate> certificates() {
        return judge.seen;
    }

    private static final class Judge extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager other;
        private volatile List<X509Certificate> seen = List.of();

        Judge(X509ExtendedTrustManager other) {
            this.other = other;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            seen = List.of(chain);
            other.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            throw new CertificateException("we have engines only");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("without its name, a server cannot be verified");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return other.getAcceptedIssuers();
        }
    }
}
