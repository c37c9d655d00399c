package io.relaygate.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for clients: their authorities, and what these have revoked. A certificate of which a revocation list says
 * nothing, because its authority has none here or an outdated one, is not trusted.
 *
 * @param authorities trusted as they are, whoever signed them
 * @param revocations revocation lists, or null if none is asked
 */
public record ClientTrust(List<X509Certificate> authorities, @Nullable List<CRL> revocations) {

    /** Keeps its own copies. */
    public ClientTrust {
        authorities = List.copyOf(authorities);
        revocations = revocations == null ? null : List.copyOf(revocations);
    }

    /**
     * Reads both from PEM files; a file of revocation lists may be DER.
     *
     * @throws IOException if they cannot be read or hold something else; the message names the file
     */
    public static ClientTrust read(Path caFile, @Nullable Path crlFile) throws IOException {
        try {
            List<X509Certificate> authorities = PemFiles.readChain(caFile);
            if (authorities.isEmpty()) {
                throw new IOException(caFile + ": no certificate in it");
            }
            return new ClientTrust(authorities, crlFile == null ? null : crls(crlFile));
        } catch (NoSuchFileException e) {
            throw new IOException(e.getMessage() + ": no such file", e);
        } catch (GeneralSecurityException e) {
            throw new IOException(caFile + ": not PEM certificates: " + e.getMessage(), e);
        }
    }

    private static List<CRL> crls(Path file) throws IOException {
        try {
            Collection<? extends CRL> all = CertificateFactory.getInstance("X.509")
                    .generateCRLs(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (all.isEmpty()) {
                throw new IOException(file + ": no revocation list in it");
            }
            return List.copyOf(all);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": not a revocation list: " + e.getMessage(), e);
        }
    }

    /**
     * Whether a client's certificate is trusted, and for clients.
     *
     * @param chain the client's certificate first
     * @throws GeneralSecurityException if it is not; the message says why
     */
    public void check(List<X509Certificate> chain) throws GeneralSecurityException {
        for (TrustManager manager : managers()) {
            ((X509TrustManager) manager).checkClientTrusted(
                    chain.toArray(X509Certificate[]::new), chain.getFirst().getPublicKey().getAlgorithm());
        }
    }

    /** What engines are made of that trust the same authorities as servers'. */
    public SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(), null);
        return context;
    }

    TrustManager[] managers() throws GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        try {
            anchors.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read", e);
        }
        for (X509Certificate authority : authorities) {
            anchors.setCertificateEntry("authority-" + anchors.size(), authority);
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
        List<CRL> lists = revocations;
        parameters.setRevocationEnabled(lists != null);
        if (lists != null) {
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory.getTrustManagers();
    }
}
