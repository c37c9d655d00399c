package io.relaygate.entrypoint;

import io.relaygate.access.CallerPattern;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TLS that ends at a port: what goes on is in clear. */
public record TlsSettings(
        @Setting(value = "Certificates; the one is shown that is for the name that a client asks for, or else the first.",
                        required = true)
                List<Certificate> certificates,
        @Setting("Who vouches for clients; left out, they need no certificate.") @Nullable Clients clients) {

    /** A certificate chain and its key. Files that change are read again. */
    public record Certificate(
            @Setting(value = "The certificate chain, PEM.", required = true, example = "sql.pem") Path certificate,
            @Setting(value = "The private key, PKCS #8 PEM; it may be the same file.", required = true, example = "sql.key")
                    Path key) {}

    /** What clients' certificates must be. */
    public record Clients(
            @Setting(value = "The authorities that sign them, PEM.", required = true, example = "clients-ca.pem") Path caFile,
            @Setting(value = "Revocation lists of all these authorities, PEM or DER; one that is out of date refuses everybody.",
                            example = "clients.crl")
                    @Nullable Path crlFile,
            @Setting(value = "Names of which a certificate must have one; `*` stands for any text.", min = "1",
                            example = "[\"*.apps.contoso.com\"]")
                    List<CallerPattern> names) {

        /**
         * The caller who has proven a certificate: its first name that is taken here.
         *
         * @param held the names in the certificate
         * @throws RefusedException NOT_ALLOWED if none is
         */
        public Caller caller(List<String> held) throws RefusedException {
            return held.stream()
                    .filter(name -> names.isEmpty() || names.stream().anyMatch(pattern -> pattern.fits(name)))
                    .findFirst()
                    .map(name -> new Caller(name, "certificate"))
                    .orElseThrow(() -> new RefusedException(Reason.NOT_ALLOWED, held.isEmpty()
                            ? "the client's certificate has no name"
                            : "the client's certificate is for " + String.join(", ", held)
                                    + ", which is no name that the entry point takes"));
        }
    }
}
