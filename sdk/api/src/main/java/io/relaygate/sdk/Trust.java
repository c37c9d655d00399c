package io.relaygate.sdk;

import io.relaygate.sdk.ServerCertificates.Certificate;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a route trusts that connects with TLS, and what it shows of itself: settings, to be a component of a protocol's own. The
 * gateway reads the files when the configuration is checked, and again whenever they change.
 *
 * @param caFile the authorities, or null for the system's
 * @param insecureSkipVerify whether anybody is believed
 * @param pin the certificates that are believed, and no others, whoever has issued them, for whatever name and time; none if empty
 * @param clientCertificate what is shown to a server that asks for a certificate (RFC 8446 section 4.3.2), or null for none
 */
public record Trust(
        @Setting(value = "Certificates of the authorities to trust, PEM, in place of the system's.", example = "ca.pem")
                @Nullable Path caFile,
        @Setting(value = "Believes whoever answers, whatever certificate it shows: for tests alone.", byDefault = "false")
                boolean insecureSkipVerify,
        @Setting(value = "Fingerprints of the certificates to believe, in place of authorities, name and validity: for a server that has issued its "
                        + "own. SHA-256 of the whole certificate.",
                        min = "1", example = "[\"sha256:5f1b0d4e3c0a7d0f5b6a49e2f4b8c1d2e3f405162738495a6b7c8d9eafb0c1d2\"]")
                List<Fingerprint> pin,
        @Setting("The certificate of the gateway's own that a server gets to see, if it asks for one.")
                @Nullable Certificate clientCertificate) {

    /** Keeps its own copy. */
    public Trust {
        pin = List.copyOf(pin);
    }

    /** The system's authorities. */
    public static final Trust SYSTEM = new Trust(null, false, List.of(), null);
}
