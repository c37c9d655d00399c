package io.relaygate.access.identity;

import io.relaygate.access.Watched;
import io.relaygate.access.WhenExpired;
import io.relaygate.access.ssh.KeyLine;
import io.relaygate.access.ssh.SshKey;
import io.relaygate.access.ssh.UserCertificate;
import io.relaygate.net.Network;
import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenSSH user certificates of the authorities of a file. */
final class CertificateAuthorities implements IdentityProvider {

    private static final String SOURCE_ADDRESS = "source-address";
    private static final String NOT_NOW = "it is not good at this time";

    private final String name;
    private final IdentityProviderSettings.CertificateAuthorities settings;
    private final InstantSource clock;
    private final Watched<Set<SshKey>> file;

    CertificateAuthorities(String name, IdentityProviderSettings.CertificateAuthorities settings, InstantSource clock)
            throws IOException {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.file = new Watched<>(List.of(settings.file()), () -> read(settings.file()));
    }

    private static Set<SshKey> read(Path file) throws IOException {
        Set<SshKey> keys = new HashSet<>();
        Lines.read(file, text -> {
            KeyLine line = KeyLine.parse(text);
            if (!line.options().isEmpty() && !line.options().keySet().equals(Set.of("cert-authority"))) {
                throw new IllegalArgumentException("an authority has no options here");
            }
            if (!line.key().verifies()) {
                throw new IllegalArgumentException("signatures of a " + line.key().type() + " key cannot be verified here");
            }
            keys.add(line.key());
        });
        if (keys.isEmpty()) {
            throw new IOException(file + ": no public key in it");
        }
        return Set.copyOf(keys);
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.SSH_CERTIFICATE;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        Credential.SshCertificate given = (Credential.SshCertificate) shown;
        UserCertificate certificate;
        String trouble;
        try {
            certificate = UserCertificate.parse(given.blob());
            trouble = trouble(certificate, given.name(), asker.address());
        } catch (IllegalArgumentException e) {
            return new Finding.Wrong("the certificate is malformed: " + e.getMessage());
        }
        if (trouble != null) {
            return new Finding.Wrong(trouble.equals(NOT_NOW) ? Cause.EXPIRED : Cause.WRONG, "certificate " + certificate.keyId() + ", serial "
                    + Long.toUnsignedString(certificate.serial()) + ": " + trouble);
        }
        return given.proven()
                ? new Finding.Proven(name, given.name(), "SSH certificate", Set.copyOf(settings.groups()), certificate)
                : new Finding.Offered(given.name());
    }

    /** Why it is not taken, or null. The authority comes first: nothing that a stranger has signed is looked at further. */
    private @Nullable String trouble(UserCertificate certificate, String caller, @Nullable InetAddress source) {
        if (!file.now().contains(certificate.authority())) {
            return "its authority is not in " + name;
        }
        if (!certificate.isSigned()) {
            return "its signature is wrong";
        }
        if (!certificate.isGoodAt(clock.instant())) {
            return NOT_NOW;
        }
        if (!certificate.principals().contains(caller)) {
            return "it is not for that name";
        }
        if (!settings.principals().isEmpty() && settings.principals().stream().noneMatch(pattern -> pattern.fits(caller))) {
            return "that name is none that " + name + " takes";
        }
        for (Map.Entry<String, ByteBuffer> option : certificate.criticalOptions().entrySet()) {
            if (!option.getKey().equals(SOURCE_ADDRESS)) {
                return "its critical option " + option.getKey() + " cannot be kept here";
            }
            String networks = UserCertificate.text(option.getValue());
            if (source == null || Arrays.stream(networks.split(",", -1)).noneMatch(each -> network(each).contains(source))) {
                return "it may not be used from there";
            }
        }
        return null;
    }

    /** ssh-keygen checks that nothing stands behind the prefix; so do we. */
    private static Network network(String text) {
        return Network.parse(text.strip());
    }

    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        boolean good = proven.evidence() instanceof UserCertificate certificate
                && file.now().contains(certificate.authority())
                && (settings.principals().isEmpty()
                        || settings.principals().stream().anyMatch(pattern -> pattern.fits(proven.name())));
        return good ? Optional.of(Set.copyOf(settings.groups())) : Optional.empty();
    }

    @Override
    public Instant until(Finding.Proven proven) {
        boolean ends = settings.whenExpired() == WhenExpired.END;
        return ends && proven.evidence() instanceof UserCertificate certificate ? certificate.end() : Instant.MAX;
    }
}
