package io.relaygate.net;

import io.relaygate.sdk.Credential;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A certificate whose key a handshake of ours has proved; the only kind of {@link Credential.ClientCertificate} that counts. */
public final class ProvenCertificate implements Credential.ClientCertificate {

    private final List<X509Certificate> chain;

    /** Nobody else makes one: it is a proof. */
    ProvenCertificate(List<X509Certificate> chain) {
        this.chain = List.copyOf(chain);
    }

    /** What the client of a handshake has proved, or null if it has shown no certificate. */
    static @Nullable ProvenCertificate of(SSLSession session) {
        try {
            return new ProvenCertificate(Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList());
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    @Override
    public List<X509Certificate> chain() {
        return chain;
    }

    /** When the first of its certificates is good no more. */
    public Instant end() {
        return chain.stream().map(each -> each.getNotAfter().toInstant()).min(Comparator.naturalOrder()).orElse(Instant.MAX);
    }
}
