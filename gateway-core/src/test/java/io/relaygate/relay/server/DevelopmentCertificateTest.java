package io.relaygate.relay.server;

import io.relaygate.net.PemFiles;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import static org.assertj.core.api.Assertions.assertThat;

class DevelopmentCertificateTest {

    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void isSignedByAnAuthorityThatMaySignNothingElse() throws Exception {
        PemFiles made = DevelopmentCertificate.load(folder, NOW);
        X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(
                        Files.readAllBytes(DevelopmentCertificate.caFile(folder))));
        X509Certificate server = made.chain().getFirst();
        server.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        assertThat(made.chain()).containsExactly(server, authority);
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
        assertThat(Files.readString(DevelopmentCertificate.caFile(folder))).doesNotContain("PRIVATE");
    }

    @Test
    void isKeptForTheOwnerAloneAndRenewedBeforeItEnds() throws Exception {
        Path sub = folder.resolve("new/state");
        PemFiles first = DevelopmentCertificate.load(sub, NOW);
        assertThat(DevelopmentCertificate.load(sub, NOW.plus(Duration.ofDays(3000)))).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sub.resolve("relay-server.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sub))).isEqualTo("rwx------");
        assertThat(DevelopmentCertificate.load(sub, NOW.plus(Duration.ofDays(3640)))).isNotEqualTo(first);
        try (var files = Files.list(sub)) {
            assertThat(files).as("no leftovers").hasSize(2);
        }
    }
}
