package io.relaygate.access.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.CallerPattern;
import io.relaygate.access.WhenExpired;
import io.relaygate.net.ProvenCertificate;
import io.relaygate.net.TestAuthority;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {

    private static String said(IdentityProvider provider, Credential shown) {
        return switch (provider.judge(shown, TestClient.asker(null))) {
            case Finding.Proven proven -> proven.name();
            case Finding.Offered offered -> "offered " + offered;
            case Finding.Wrong wrong -> wrong.reason();
        };
    }

    private static ProvenCertificate chain(Path file) throws IOException {
        return TestAuthority.proven(file);
    }

    private static ClientCertificates provider(Path caFile, @Nullable Path crlFile, String... names) throws IOException {
        return provider(caFile, crlFile, WhenExpired.END, InstantSource.system(), names);
    }

    private static ClientCertificates provider(
            Path caFile, @Nullable Path crlFile, WhenExpired whenExpired, InstantSource now, String... names) throws IOException {
        return new ClientCertificates("cards", new IdentityProviderSettings.ClientCertificates(
                caFile, crlFile, List.of(names).stream().map(CallerPattern::parse).toList(), whenExpired), now);
    }

    @Test
    void onlyACertificateOfTheAuthorityWhoseKeyAHandshakeOfOursHasProvedNamesACaller(@TempDir Path folder) throws Exception {
        TestAuthority ours = new TestAuthority(folder);
        TestAuthority theirs = new TestAuthority(Files.createDirectory(folder.resolve("theirs")));
        Path alice = ours.issue("alice", "CN=Alice", "-ext", "san=email:alice@contoso.com");
        Path forged = theirs.issue("alice", "CN=Alice", "-ext", "san=email:alice@contoso.com");
        ClientCertificates cards = provider(ours.caFile(), null, "*@contoso.com");
        assertThat(said(cards, chain(alice))).isEqualTo("alice@contoso.com");
        assertThat(said(cards, chain(forged))).startsWith("the certificate is not trusted by cards: ");
        assertThat(said(provider(ours.caFile(), null, "bob@*"), chain(alice))).isEqualTo("the certificate has no name that cards takes");
        List<X509Certificate> chain = chain(alice).chain();
        Credential.ClientCertificate made = () -> chain;
        assertThat(said(cards, made)).isEqualTo("a certificate whose key no handshake of the gateway has proved");
        Path revoked = ours.revoke("revoked.crl", "alice");
        ClientCertificates strict = provider(ours.caFile(), revoked);
        assertThat(said(strict, chain(alice))).startsWith("the certificate is not trusted by cards: ");
        assertThat(strict.groupsNow(new Finding.Proven("cards", "alice", "certificate", Set.of(), chain(alice)))).isEmpty();
        assertThat(cards.groupsNow(new Finding.Proven("cards", "alice", "certificate", Set.of(), chain(alice)))).contains(Set.of());
    }

    @Test
    void aCertificateThatIsKeptIsNotLookedAtAgainWhenItHasExpired(@TempDir Path folder) throws Exception {
        TestAuthority ours = new TestAuthority(folder);
        ProvenCertificate alice = chain(ours.issue("alice", "CN=Alice"));
        Finding.Proven proven = new Finding.Proven("cards", "alice", "certificate", Set.of(), alice);
        Path revoked = ours.revoke("revoked.crl", "alice");
        InstantSource later = InstantSource.fixed(alice.end());
        ClientCertificates ends = provider(ours.caFile(), revoked, WhenExpired.END, later);
        ClientCertificates keeps = provider(ours.caFile(), revoked, WhenExpired.KEEP, later);
        assertThat(ends.until(proven)).isEqualTo(alice.end()).isBeforeOrEqualTo(alice.chain().getFirst().getNotAfter().toInstant());
        assertThat(ends.groupsNow(proven)).isEmpty();
        assertThat(keeps.until(proven)).isEqualTo(Instant.MAX);
        assertThat(keeps.groupsNow(proven)).isPresent();
        assertThat(provider(ours.caFile(), revoked, WhenExpired.KEEP, InstantSource.system()).groupsNow(proven)).isEmpty();
    }
}
