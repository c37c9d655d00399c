package io.relaygate.access.identity;

import io.relaygate.access.Watched;
import io.relaygate.access.WhenExpired;
import io.relaygate.net.CertificateNames;
import io.relaygate.net.ClientTrust;
import io.relaygate.net.ProvenCertificate;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The certificates that some authorities have signed. */
final class ClientCertificates implements IdentityProvider {

    private final String name;
    private final IdentityProviderSettings.ClientCertificates settings;
    private final InstantSource clock;
    private final Watched<ClientTrust> trust;

    ClientCertificates(String name, IdentityProviderSettings.ClientCertificates settings, InstantSource clock) throws IOException {
        this.name = name;
        this.clock = clock;
        this.settings = settings;
        List<Path> files = Stream.of(settings.caFile(), settings.crlFile()).filter(Objects::nonNull).toList();
        this.trust = new Watched<>(files, () -> ClientTrust.read(settings.caFile(), settings.crlFile()));
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.CLIENT_CERTIFICATE;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        if (!(shown instanceof ProvenCertificate certificate) || certificate.chain().isEmpty()) {
            return new Finding.Wrong("a certificate whose key no handshake of the gateway has proved");
        }
        String trouble = trouble(certificate.chain());
        if (trouble != null) {
            return new Finding.Wrong("the certificate is not trusted by " + name + ": " + trouble);
        }
        List<String> held = CertificateNames.of(certificate.chain().getFirst());
        return held.stream()
                .filter(CallerName::isOne)
                .filter(each -> settings.names().isEmpty() || settings.names().stream().anyMatch(pattern -> pattern.fits(each)))
                .findFirst()
                .<Finding>map(each -> new Finding.Proven(name, each, "certificate", Set.of(), certificate))
                .orElseGet(() -> new Finding.Wrong("the certificate has no name that " + name + " takes"));
    }

    private @Nullable String trouble(List<X509Certificate> chain) {
        try {
            trust.now().check(chain);
            return null;
        } catch (GeneralSecurityException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A certificate that was revoked since vouches for nobody; one that has expired is not looked at again where it is kept. */
    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        boolean good = proven.evidence() instanceof ProvenCertificate certificate
                && ((settings.whenExpired() == WhenExpired.KEEP && !clock.instant().isBefore(certificate.end()))
                        || trouble(certificate.chain()) == null);
        return good ? Optional.of(Set.of()) : Optional.empty();
    }

    @Override
    public Instant until(Finding.Proven proven) {
        boolean ends = settings.whenExpired() == WhenExpired.END;
        return ends && proven.evidence() instanceof ProvenCertificate certificate ? certificate.end() : Instant.MAX;
    }
}
