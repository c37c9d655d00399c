package io.relaygate.plugins.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What a certificate can be called by in a condition. */
final class CertificateNames {

    private CertificateNames() {}

    /** Its subject (RFC 2253), its alternative names (RFC 5280 section 4.2.1.6) and its digest, which no other has. */
    static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        names.add(certificate.getSubjectX500Principal().getName());
        try {
            Collection<List<?>> others = certificate.getSubjectAlternativeNames();
            for (List<?> other : others == null ? List.<List<?>>of() : others) {
                if (other.get(1) instanceof String name) {
                    switch ((Integer) other.get(0)) {
                        case 1 -> names.add("email:" + name);
                        case 2 -> names.add("dns:" + name.toLowerCase(Locale.ROOT));
                        case 6 -> names.add("uri:" + name);
                        case 7 -> names.add("ip:" + name);
                        default -> {
                            // It has no form in which people write it.
                        }
                    }
                }
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            names.add("sha256:" + HexFormat.of().formatHex(digest));
        } catch (CertificateParsingException | CertificateEncodingException e) {
            // What can be read of it is enough.
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        return names;
    }
}
