package io.relaygate.sdk;

import java.nio.file.Path;
import java.util.List;

/**
 * What a route shows to clients whose TLS ends in its protocol: settings, to be a component of a protocol's own. The gateway
 * reads the files when the configuration is checked, and again whenever they change.
 *
 * @param certificates the one is shown that is for the name that a client asks for, or else the first
 * @param clients whether clients are asked for a certificate of their own
 */
public record ServerCertificates(
        @Setting(value = "Certificates; the one is shown that is for the name that a client asks for, or else the first.",
                        required = true)
                List<Certificate> certificates,
        @Setting(value = "Whether clients are asked for a certificate of theirs: none, wanted, or needed. What one proves, the "
                        + "route's `identityProviders` say.",
                        byDefault = "none")
                Clients clients) {

    /** Keeps its own copy. */
    public ServerCertificates {
        certificates = List.copyOf(certificates);
    }

    /** A certificate chain and its key. Files that change are read again. */
    public record Certificate(
            @Setting(value = "The certificate chain, PEM.", required = true, example = "sql.pem") Path certificate,
            @Setting(value = "The private key, PKCS #8 PEM; it may be the same file.", required = true, example = "sql.key")
                    Path key) {}

    /** What is asked of clients. */
    public enum Clients {
        /** Nothing. */
        NONE,
        /** A certificate, if they have one. */
        WANTED,
        /** A certificate: the handshake fails without one. */
        NEEDED
    }
}
