package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server shows the certificate that is asked for, and lets nobody in who has not proven a certificate that is good. */
@Timeout(60)
class TlsServerTest {

    @TempDir
    static Path folder;

    @TempDir
    static Path elsewhere;

    private static TestAuthority authority;
    private static TestAuthority other;
    private static List<PemFiles> certificates;

    @BeforeAll
    static void issue() throws IOException {
        authority = new TestAuthority(folder);
        other = new TestAuthority(elsewhere);
        certificates = List.of(
                pem(authority.issue("first", "CN=first", "-ext", "san=dns:first.example")),
                pem(authority.issue("sql", "CN=sql", "-ext", "san=dns:sql.example,dns:SQL2.example", "-keyalg", "RSA")),
                pem(authority.issue("stars", "CN=stars", "-ext", "san=dns:*.blob.example")));
        authority.issue("alice", "CN=Alice,O=bob@contoso.com", "-ext", "san=email:alice@contoso.com,uri:urn:alice");
        authority.issue("plain", "CN=plain,OU=alice@contoso.com");
        authority.issue("expired", "CN=expired", "-startdate", "-10d", "-validity", "5");
        authority.issue("server", "CN=server", "-ext", "eku=serverAuth");
        authority.issue("stolen", "CN=stolen");
        other.issue("alice", "CN=Alice", "-ext", "san=email:alice@contoso.com");
    }

    private static PemFiles pem(Path file) throws IOException {
        return PemFiles.read(file, file);
    }

    /** What the server has accepted, and the certificate that it has shown. */
    private record Met(TlsServer.Accepted accepted, X509Certificate shown) {}

    private static Met meet(TlsServer server, SSLContext client, @Nullable String name, String version) throws Exception {
        return meet(server, client, name, version, "");
    }

    private static Met meet(TlsServer server, SSLContext client, @Nullable String name, String version, String offered)
            throws Exception {
        LinkPair pair = LinkPair.pipe();
        CompletableFuture<TlsServer.Accepted> accepted =
                LinkContractTest.async(() -> server.accept(pair.server(), LinkPair.soon()));
        SSLEngine engine = client.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        SSLParameters parameters = engine.getSSLParameters();
        if (name != null) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        parameters.setApplicationProtocols(offered.isEmpty() ? new String[0] : offered.split(" ", -1));
        engine.setSSLParameters(parameters);
        try {
            TlsLink link = TlsLink.over(pair.client(), engine, LinkPair.soon());
            TlsServer.Accepted there = accepted.join();
            Met met = new Met(there, (X509Certificate) link.session().getPeerCertificates()[0]);
            there.link().out().write(7);
            assertThat(link.in().read()).isEqualTo(7);
            link.close();
            there.link().close();
            return met;
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception why ? why : e;
        } finally {
            pair.client().abort();
            pair.server().abort();
        }
    }

    private static String outcome(ClientTrust trust, SSLContext client, String version) throws Exception {
        try {
            Met met = meet(TlsServer.of(certificates, trust, Alpn.NONE), client, null, version);
            X509Certificate certificate = met.accepted().client();
            return certificate == null ? "nobody" : String.join(" ", CertificateNames.of(certificate));
        } catch (IOException e) {
            return "refused";
        }
    }

    @ParameterizedTest
    @CsvSource({
        "first.example, TLSv1.3, first", "sql.example, TLSv1.3, sql", "SQL.Example, TLSv1.2, sql", "sql2.example, TLSv1.3, sql",
        "a.blob.example, TLSv1.3, stars", "a.b.blob.example, TLSv1.3, first", "blob.example, TLSv1.2, first",
        "unknown.example, TLSv1.3, first", ", TLSv1.2, first",
    })
    void theCertificateIsTheOneForTheNameThatIsAskedFor(@Nullable String name, String version, String shown) throws Exception {
        Met met = meet(TlsServer.of(certificates, null, Alpn.NONE), authority.client(null), name, version);
        assertThat(met.shown().getSubjectX500Principal().getName()).isEqualTo("CN=" + shown);
        assertThat(met.accepted().serverName()).isEqualTo(name == null ? null : name.toLowerCase(Locale.ROOT));
        assertThat(met.accepted().client()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, TLSv1.3, alice@contoso.com urn:alice", "alice, TLSv1.2, alice@contoso.com urn:alice",
        "plain, TLSv1.3, plain", "expired, TLSv1.3, refused", "expired, TLSv1.2, refused", "server, TLSv1.3, refused",
        ", TLSv1.3, refused", ", TLSv1.2, refused",
    })
    void aClientIsWhoItsGoodCertificateSays(@Nullable String alias, String version, String outcome) throws Exception {
        ClientTrust trust = ClientTrust.read(authority.caFile(), null);
        assertThat(outcome(trust, authority.client(alias), version)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCertificateOfAnotherAuthorityIsRefused(String version) throws Exception {
        SSLContext client = other.clientOf("alice", List.of("alice"), authority);
        assertThat(outcome(ClientTrust.read(authority.caFile(), null), client, version)).isEqualTo("refused");
    }

    @Test
    void aRevokedCertificateIsRefusedAndTheOthersAreNot() throws Exception {
        ClientTrust trust = ClientTrust.read(authority.caFile(), authority.revoke("stolen.crl", "stolen"));
        assertThat(outcome(trust, authority.client("stolen"), "TLSv1.3")).isEqualTo("refused");
        assertThat(outcome(trust, authority.client("plain"), "TLSv1.3")).isEqualTo("plain");
    }

    @Test
    void aRevocationListOfAnotherAuthorityIsNoneAndNobodyIsTrusted() throws Exception {
        ClientTrust trust = ClientTrust.read(authority.caFile(), other.revoke("other.crl", null));
        assertThat(outcome(trust, authority.client("plain"), "TLSv1.3")).isEqualTo("refused");
    }

    @Test
    void theCallerIsTheLeafAndNotWhomElseTheChainNames() throws Exception {
        ClientTrust trust = ClientTrust.read(authority.caFile(), null);
        assertThat(outcome(trust, authority.clientOf("plain", List.of("plain", "ca", "alice"), authority), "TLSv1.3")).isIn("plain", "refused");
        assertThat(outcome(trust, authority.clientOf("plain", List.of("alice", "ca"), authority), "TLSv1.3")).isEqualTo("refused");
    }

    @Test
    void filesThatAreWrongAreNamed() throws IOException {
        Path none = folder.resolve("none.pem");
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        assertThat(trouble(none, null)).isEqualTo(none + ": no such file");
        assertThat(trouble(text, null)).isEqualTo(text + ": no certificate in it");
        assertThat(trouble(authority.caFile(), none)).isEqualTo(none + ": no such file");
        assertThat(trouble(authority.caFile(), text)).startsWith(text + ": not a revocation list");
    }

    private static String trouble(Path caFile, @Nullable Path crlFile) {
        try {
            ClientTrust.read(caFile, crlFile);
            return "none";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "h2 http/1.1, true, http/1.1 h2, h2", "h2 http/1.1, true, http/1.1, http/1.1", "h2 http/1.1, true, '', ",
        "h2 http/1.1, true, ftp, refused", "h2 http/1.1, false, ftp, ", "'', false, h2, ",
    })
    void theProtocolInsideIsTheFirstOfTheServersThatTheClientOffers(
            String server, boolean required, String client, @Nullable String agreed) throws Exception {
        Alpn alpn = new Alpn(server.isEmpty() ? List.of() : List.of(server.split(" ", -1)), required);
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            TlsServer tls = TlsServer.of(certificates, null, alpn);
            if ("refused".equals(agreed)) {
                assertThatThrownBy(() -> meet(tls, authority.client(null), null, version, client))
                        .isInstanceOf(IOException.class);
            } else {
                Met met = meet(tls, authority.client(null), null, version, client);
                assertThat(met.accepted().applicationProtocol()).isEqualTo(agreed);
            }
        }
    }
}
