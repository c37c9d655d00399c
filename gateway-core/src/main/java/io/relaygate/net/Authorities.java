package io.relaygate.net;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom clients trust: the authorities of files, or the system's; a server is trusted if any of them says so. Any thread. */
public class Authorities extends X509ExtendedTrustManager {

    private final List<X509ExtendedTrustManager> any;

    private Authorities(List<X509ExtendedTrustManager> any) {
        this.any = any;
    }

    /** The same ones. */
    Authorities(Authorities others) {
        this(others.any);
    }

    /**
     * Reads them.
     *
     * @param caFile PEM, or null for the system's
     * @param more PEM, trusted beside the others, or null for none
     * @throws IOException if they cannot be read; the message names the file
     */
    public static Authorities read(@Nullable Path caFile, @Nullable Path more) throws IOException {
        try {
            X509ExtendedTrustManager first = only(caFile == null ? system() : ClientTrust.read(caFile, null).managers());
            return new Authorities(more == null ? List.of(first) : List.of(first, only(ClientTrust.read(more, null).managers())));
        } catch (GeneralSecurityException e) {
            throw new IOException("authorities that cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager only(TrustManager[] managers) {
        return (X509ExtendedTrustManager) managers[0];
    }

    private static TrustManager[] system() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    /** For handshakes, as a client. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** What the first of them says if none trusts the server: those are the ones that are meant. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        CertificateException failure = null;
        for (X509ExtendedTrustManager each : any) {
            try {
                each.checkServerTrusted(chain, type, engine);
                return;
            } catch (CertificateException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw Objects.requireNonNull(failure);
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
        return any.stream().flatMap(each -> List.of(each.getAcceptedIssuers()).stream()).toArray(X509Certificate[]::new);
    }
}
