package io.relaygate.doctor;

import io.relaygate.net.CertificateNames;
import io.relaygate.net.TlsFailure;
import io.relaygate.relay.RelayProbe.Handshake;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What is right or wrong with a relay's certificate. */
final class CertificateFinding {

    private static final Duration SOON = Duration.ofDays(14);

    private CertificateFinding() {}

    /**
     * Judges a handshake.
     *
     * @param where the address
     * @param namespace as the configuration names it
     * @param proxied whether the outbound proxy is on the way
     * @param ownAuthorities whether it has a caFile
     */
    static Finding of(String where, String host, String namespace, boolean proxied, boolean ownAuthorities, Handshake handshake, Instant now) {
        List<X509Certificate> chain = handshake.chain();
        if (handshake.failure() == null) {
            return good(where, chain.getFirst(), now);
        }
        String said = TlsFailure.inWords(handshake.failure());
        if (chain.isEmpty()) {
            return Finding.fail(where, "no TLS handshake: " + said, "see what listens there: a relay speaks TLS 1.2 or 1.3");
        }
        for (X509Certificate each : chain) {
            String name = each.getSubjectX500Principal().getName();
            if (now.isAfter(each.getNotAfter().toInstant())) {
                return Finding.fail(where, "the certificate " + name + " has expired " + day(each.getNotAfter().toInstant()),
                        "renew it at the relay; if it is not that old, this machine's clock is wrong");
            }
            if (now.isBefore(each.getNotBefore().toInstant())) {
                return Finding.fail(where, "the certificate " + name + " is valid only from " + day(each.getNotBefore().toInstant()) + " on",
                        "set this machine's clock; if that is right, wait, or give the relay another certificate");
            }
        }
        X509Certificate own = chain.getFirst();
        if (said.startsWith("No subject alternative") || said.startsWith("No name matching")) {
            return Finding.fail(where, "the certificate is for " + String.join(", ", CertificateNames.of(own)) + ", and not for " + host,
                    "write a name of the certificate to `endpoint:`, or give the relay a certificate for " + host);
        }
        String issuer = chain.getLast().getIssuerX500Principal().getName();
        return Finding.fail(where, "TLS by an authority that " + (ownAuthorities ? "`caFile` does not name" : "is none of this system's") + ": " + issuer
                + " (" + said + ")",
                "if that is the relay's own" + (proxied ? "" : ", or a proxy's of yours that reads TLS on the way")
                        + ", put its certificate into a file and name that with `" + namespace + ".caFile:`; "
                        + (proxied ? "if that is the proxy's, which reads TLS on the way, with `outboundProxy.caFile:`; " : "")
                        + "if nobody knows it, somebody reads along");
    }

    private static Finding good(String where, X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        String found = "TLS, by " + certificate.getIssuerX500Principal().getName() + ", valid until " + day(end);
        return Duration.between(now, end).compareTo(SOON) < 0
                ? Finding.warn(where, found, "see to it that the relay's certificate is renewed before")
                : Finding.ok(where, found);
    }

    private static String day(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
    }
}
