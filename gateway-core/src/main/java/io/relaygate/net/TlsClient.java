package io.relaygate.net;

import io.relaygate.sdk.ServerCertificates.Certificate;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** The client's side of TLS 1.3 and 1.2, which resumes sessions. Any thread. */
public final class TlsClient {

    /** The JDK keeps the sessions of servers whose port it knows, for the next handshake to resume: here the name alone says which. */
    private static final int ANY_PORT = 0;

    private final SSLContext context;
    private final boolean verifies;

    private TlsClient(SSLContext context, boolean verifies) {
        this.context = context;
        this.verifies = verifies;
    }

    /**
     * A client that trusts as settings say, and shows the certificate that they name to servers that ask for one.
     *
     * @throws IOException if a file cannot be read; the message names it
     */
    public static TlsClient of(Trust trust) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(trust), managers(trust), null);
            return new TlsClient(context, !trust.insecureSkipVerify() && trust.pin().isEmpty());
        } catch (GeneralSecurityException e) {
            throw new IOException("authorities that cannot be used: " + e.getMessage(), e);
        }
    }

    /** What is shown; null for nothing. */
    private static KeyManager @Nullable [] keys(Trust trust) throws IOException {
        Certificate own = trust.clientCertificate();
        return own == null ? null : new KeyManager[] {new OneKey(PemFiles.read(own.certificate(), own.key()))};
    }

    /** Who decides; null for the system's authorities. */
    private static TrustManager @Nullable [] managers(Trust trust) throws IOException, GeneralSecurityException {
        Path caFile = trust.caFile();
        TrustManager[] authorities = caFile == null ? null : ClientTrust.read(caFile, null).managers();
        if (trust.insecureSkipVerify()) {
            return new TrustManager[] {new NoVerification()};
        }
        return trust.pin().isEmpty() ? authorities : new TrustManager[] {new PinnedServers(trust.pin())};
    }

    /** The files that settings of trust name. */
    public static List<Path> files(Trust trust) {
        Certificate own = trust.clientCertificate();
        return Stream.concat(Stream.ofNullable(trust.caFile()), own == null ? Stream.of() : PemFiles.names(List.of(own)).stream())
                .toList();
    }

    /**
     * Shakes hands.
     *
     * @param under what carries the records; closed if the handshake fails, and with the new link from then on
     * @param name the host name or address that the certificate must carry, sent as SNI if it is a name
     * @param alpn the application protocols to offer, the best first
     * @throws javax.net.ssl.SSLException if the server cannot be trusted or understood
     */
    public TlsLink connect(Link under, String name, List<String> alpn, Instant deadline) throws IOException {
        return connect(under, name, alpn, TlsVersions.BOTH, deadline);
    }

    /**
     * Shakes hands in some of the versions.
     *
     * @param under as for the other
     * @throws javax.net.ssl.SSLException if the server cannot be trusted or understood
     */
    public TlsLink connect(Link under, String name, List<String> alpn, TlsVersions versions, Instant deadline) throws IOException {
        SSLEngine engine = context.createSSLEngine(name, ANY_PORT);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(versions.names());
        SSLParameters parameters = engine.getSSLParameters();
        if (verifies) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        parameters.setApplicationProtocols(alpn.toArray(String[]::new));
        engine.setSSLParameters(parameters);
        return TlsLink.over(under, engine, deadline);
    }
}
