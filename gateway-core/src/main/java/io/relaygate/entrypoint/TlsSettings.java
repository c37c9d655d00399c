package io.relaygate.entrypoint;

import io.relaygate.access.CallerPattern;
import io.relaygate.access.WhenExpired;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** TLS that ends at a port: what goes on is in clear. */
public record TlsSettings(
        @Setting(value = "Certificates; the one is shown that is for the name that a client asks for, or else the first.",
                        required = true)
                List<ServerCertificates.Certificate> certificates,
        @Setting("Who vouches for clients; left out, they need no certificate.") @Nullable Clients clients) {

    /** What clients' certificates must be. */
    public record Clients(
            @Setting(value = "The authorities that sign them, PEM.", required = true, example = "clients-ca.pem") Path caFile,
            @Setting(value = "Revocation lists of all these authorities, PEM or DER; one that is out of date refuses everybody.",
                            example = "clients.crl")
                    @Nullable Path crlFile,
            @Setting(value = "Names of which a certificate must have one; `*` stands for any text.", min = "1",
                            example = "[\"*.apps.contoso.com\"]")
                    List<CallerPattern> names,
            @Setting(value = "What becomes of a session when the certificate of its client expires: `end`, or `keep` it.", byDefault = "end")
                    WhenExpired whenExpired) {

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
                    .map(name -> new Caller(name, "certificate", Set.of()))
                    .orElseThrow(() -> new RefusedException(Reason.NOT_ALLOWED, held.isEmpty()
                            ? "the client's certificate has no name"
                            : "the client's certificate is for " + String.join(", ", held)
                                    + ", which is no name that the entry point takes (tls.clients.names)"));
        }
    }
}
