package io.relaygate.net;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** For whom a certificate is (RFC 5280 sections 4.1.2.6 and 4.2.1.6). */
public final class CertificateNames {

    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    private CertificateNames() {}

    /** The host names that it is for. */
    static List<String> dns(X509Certificate certificate) {
        return alternative(certificate, Set.of(DNS));
    }

    /**
     * The names of who holds it: its alternative names that are host names, mail addresses or URIs, or, if it has none of
     * these, its common name.
     */
    public static List<String> of(X509Certificate certificate) {
        List<String> names = alternative(certificate, Set.of(EMAIL, DNS, URI));
        String common = commonName(certificate);
        return names.isEmpty() && common != null ? List.of(common) : names;
    }

    private static List<String> alternative(X509Certificate certificate, Set<Integer> kinds) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.get(0) instanceof Integer kind && kinds.contains(kind) && each.get(1) instanceof String name) {
                    names.add(name);
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return names;
    }

    /** Null unless there is exactly one. */
    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            List<String> names = new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .toList();
            return names.size() == 1 ? names.getFirst() : null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
