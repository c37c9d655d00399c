package io.relaygate.access.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserCertificateTest {

    @TempDir
    private Path folder;

    private UserCertificate made(String authority, String key, String... options) {
        SshKeygen keygen = new SshKeygen(folder);
        keygen.key("ca", authority);
        keygen.key("user", key);
        return UserCertificate.parse(SshKeygen.blob(keygen.certificate("ca", "user", options)));
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ed25519", "ed25519, ecdsa-256", "ed25519, rsa-2048", "ecdsa-256, ed25519", "ecdsa-384, ecdsa-384",
        "ecdsa-521, ecdsa-521", "rsa-2048, ed25519", "rsa-3072, rsa-3072",
    })
    void readsWhatSshKeygenHasSigned(String authority, String key) {
        UserCertificate certificate = made(authority, key, "-n", "alice,ops", "-z", "18446744073709551615", "-V", "20260101Z:20270101Z");
        assertThat(certificate.isSigned()).isTrue();
        assertThat(certificate.keyId()).isEqualTo("id of user");
        assertThat(certificate.principals()).containsExactly("alice", "ops");
        assertThat(Long.toUnsignedString(certificate.serial())).isEqualTo("18446744073709551615");
        assertThat(certificate.criticalOptions()).isEmpty();
        assertThat(certificate.authority()).isEqualTo(SshKey.parse(SshKeygen.blob(folder.resolve("ca.pub"))));
        assertThat(certificate.isGoodAt(Instant.parse("2025-12-31T23:59:59Z"))).isFalse();
        assertThat(certificate.isGoodAt(Instant.parse("2026-01-01T00:00:00Z"))).isTrue();
        assertThat(certificate.isGoodAt(Instant.parse("2026-12-31T23:59:59Z"))).isTrue();
        assertThat(certificate.isGoodAt(Instant.parse("2027-01-01T00:00:00Z"))).isFalse();
    }

    @Test
    void knowsCriticalOptionsAndOneThatIsGoodForEver() {
        UserCertificate certificate =
                made("ed25519", "ed25519", "-n", "alice", "-O", "source-address=203.0.113.0/24", "-O", "force-command=ls");
        assertThat(certificate.criticalOptions()).containsOnlyKeys("source-address", "force-command");
        assertThat(UserCertificate.text(Objects.requireNonNull(certificate.criticalOptions().get("source-address")))).isEqualTo("203.0.113.0/24");
        assertThat(certificate.isGoodAt(Instant.parse("2999-01-01T00:00:00Z"))).isTrue();
    }

    @Test
    void aHostsCertificateAndAPlainKeyAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> made("ed25519", "ed25519", "-h", "-n", "host")).withMessageContaining("not for a user");
        assertThatIllegalArgumentException().isThrownBy(() -> UserCertificate.parse(SshKeygen.blob(folder.resolve("user.pub"))));
    }

    /** CVE-2025-49825: a certificate must never count as the key of an authority. */
    @Test
    void aCertificateIsNoAuthority() {
        made("ed25519", "ed25519", "-n", "alice");
        ByteBuffer certificate = SshKeygen.blob(folder.resolve("user-cert.pub"));
        assertThatIllegalArgumentException().isThrownBy(() -> SshKey.parse(certificate)).withMessageContaining("no key");
    }

    @Test
    void aCertificateThatIsCutAnywhereIsNone() {
        made("ecdsa-256", "rsa-2048", "-n", "alice", "-O", "source-address=203.0.113.0/24");
        byte[] whole = SshKeygen.blob(folder.resolve("user-cert.pub")).array();
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> UserCertificate.parse(cut));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> UserCertificate.parse(ByteBuffer.allocate(whole.length + 1).put(whole).rewind()));
    }

    @ParameterizedTest
    @CsvSource({"ed25519", "ecdsa-256", "rsa-2048"})
    void aCertificateOfWhichOneBitIsDifferentIsNotSigned(String authority) {
        made(authority, "ed25519", "-n", "alice");
        byte[] whole = SshKeygen.blob(folder.resolve("user-cert.pub")).array();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << i % 8);
            assertThat(isSignedBy(changed, SshKey.parse(SshKeygen.blob(folder.resolve("ca.pub"))))).as("byte %s", i).isFalse();
        }
    }

    @Test
    void whatIsNoCertificateIsRefusedAndNothingElseHappens() {
        made("ed25519", "ed25519", "-n", "alice", "-O", "source-address=203.0.113.0/24");
        byte[] whole = SshKeygen.blob(folder.resolve("user-cert.pub")).array();
        Random random = new Random(1);
        SshKey authority = SshKey.parse(SshKeygen.blob(folder.resolve("ca.pub")));
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = whole.clone();
            for (int j = random.nextInt(8); j >= 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            if (!Arrays.equals(changed, whole)) {
                assertThat(isSignedBy(changed, authority)).isFalse();
            }
        }
    }

    private static boolean isSignedBy(byte[] certificate, SshKey authority) {
        try {
            UserCertificate parsed = UserCertificate.parse(ByteBuffer.wrap(certificate));
            return parsed.authority().equals(authority) && parsed.isSigned();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
