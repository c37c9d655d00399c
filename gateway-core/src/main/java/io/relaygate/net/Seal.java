package io.relaygate.net;

import io.relaygate.net.SealException.Why;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 (RFC 8446) between two gateways, inside what carries their bytes: each proves the key by which the other knows
 * it, before a byte of either is read. Certificates only carry keys: names, dates and authorities in them say nothing.
 * Any thread.
 */
public final class Seal {

    /** What makes the exported secret ours (RFC 8446 section 7.5). */
    private static final String LABEL = "EXPORTER-RelayGate-lane";

    private static final int SECRET = 32;
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    private final Supplier<GatewayKey> own;
    private final Supplier<Set<Pin>> peers;

    /**
     * A sealed connection.
     *
     * @param link carries bytes that only the peer can read, and has written
     * @param own the key that this gateway has proven
     * @param peer the key that the peer has proven; one of those that were asked for
     * @param secret a key of 32 bytes that both ends of this connection know and nobody else
     */
    public record Sealed(TlsLink link, Pin own, Pin peer, SecretKey secret) {}

    /**
     * A way to seal.
     *
     * @param own the key that this gateway proves, asked for at every connection
     * @param peers the keys of which the peer must prove one, asked for at every connection
     */
    public Seal(Supplier<GatewayKey> own, Supplier<Set<Pin>> peers) {
        this.own = own;
        this.peers = peers;
    }

    /**
     * Seals a connection that this gateway has dialled.
     *
     * @param under what carries the records; closed if it fails, and with the sealed link from then on
     * @throws SealException if the peer is none of those that are asked for, or speaks no TLS 1.3
     */
    public Sealed client(Link under, Instant deadline) throws IOException {
        return seal(under, true, deadline);
    }

    /** Seals a connection that this gateway has accepted. */
    public Sealed server(Link under, Instant deadline) throws IOException {
        return seal(under, false, deadline);
    }

    private Sealed seal(Link under, boolean client, Instant deadline) throws IOException {
        Set<Pin> wanted = peers.get();
        GatewayKey key = own.get();
        // A context of its own: nothing is resumed, so every connection proves both keys anew.
        SSLEngine engine = context(key, wanted).createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(VERSIONS);
        engine.setEnabledCipherSuites(SUITES);
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        TlsLink link;
        try {
            link = TlsLink.over(under, engine, deadline);
        } catch (SSLException e) {
            throw SealException.of(e);
        }
        try {
            return new Sealed(link, key.pin(), proven(link.session(), wanted), secret(link.session()));
        } catch (IOException e) {
            link.abort();
            throw e;
        }
    }

    private static Pin proven(SSLSession session, Set<Pin> wanted) throws SSLException {
        Pin pin = session.getPeerCertificates()[0] instanceof X509Certificate leaf ? Pin.of(leaf.getPublicKey()) : null;
        if (pin == null || !wanted.contains(pin)) {
            throw new SealException(why(pin), stranger(pin));
        }
        return pin;
    }

    private static SecretKey secret(SSLSession session) throws SSLException {
        if (session instanceof ExtendedSSLSession extended) {
            return extended.exportKeyingMaterialKey("HmacSHA256", LABEL, null, SECRET);
        }
        throw new SSLException("the session exports no key");
    }

    private static Why why(@Nullable Pin pin) {
        return pin == null ? Why.NO_KEY : Why.NOT_PINNED;
    }

    private static String stranger(@Nullable Pin pin) {
        return "the other side has proven a key that is not pinned here: " + (pin == null ? "no Ed25519 key" : pin.text());
    }

    private static SSLContext context(GatewayKey key, Set<Pin> wanted) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OneKey(key.files())}, new TrustManager[] {new Pinned(wanted)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS 1.3", e);
        }
    }

    /** Trusts keys and nothing else. */
    private static final class Pinned extends X509ExtendedTrustManager {

        private final Set<Pin> wanted;

        Pinned(Set<Pin> wanted) {
            this.wanted = wanted;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            Pin pin = Pin.of(chain[0].getPublicKey());
            if (pin == null || !wanted.contains(pin)) {
                throw new SealException.Stranger(why(pin), stranger(pin));
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
