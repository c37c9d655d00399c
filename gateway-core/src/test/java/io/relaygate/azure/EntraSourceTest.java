package io.relaygate.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.azure.LocalAzure.Answer;
import io.relaygate.net.WayOut;
import io.relaygate.net.PemFiles;
import io.relaygate.net.TestAuthority;
import io.relaygate.relay.TestSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens for a relay by every credential, and what is said when there is none. */
@Timeout(60)
class EntraSourceTest {

    private static final String RELAY = "https://relay.azure.net/";

    @TempDir
    Path folder;

    private LocalAzure azure;

    @BeforeEach
    void start() throws IOException {
        azure = new LocalAzure();
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(10);
    }

    private EntraCredential application(TestSecret secret) {
        return new EntraCredential(null, false, "contoso", "me", secret, null, null, false, azure.address());
    }

    private EntraCredential certified(Path certificate, @Nullable Path key) {
        return new EntraCredential(null, false, "contoso", "me", null, certificate, key, false, azure.address());
    }

    private TokenAnswer.Issued fetch(EntraCredential credential, Map<String, String> environment) throws IOException {
        return new EntraSource(credential, environment, null, WayOut.straight()).open().fetch(RELAY, soon());
    }

    private TokenAnswer.Issued ofMachine(String which) throws IOException {
        return fetch(EntraCredential.managed(which), Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address() + "/"));
    }

    @Test
    void aMachineOrAnAppAsksForItsIdentity() throws IOException {
        assertThat(ofMachine("system")).isEqualTo(new TokenAnswer.Issued("t0ken", Duration.ofHours(1), null));
        assertThat(ofMachine("my-client").value()).isEqualTo("t0ken");
        assertThat(fetch(EntraCredential.managed("system"), Map.of("IDENTITY_ENDPOINT", azure.address() + "/msi/token", "IDENTITY_HEADER", "guard")).value())
                .isEqualTo("t0ken");
        assertThat(azure.asked).containsExactly(
                "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Frelay.azure.net%2F ",
                "GET /metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Frelay.azure.net%2F&client_id=my-client ",
                "GET /msi/token?api-version=2019-08-01&resource=https%3A%2F%2Frelay.azure.net%2F ");
    }

    @Test
    void aServerThatAzureArcKnowsShowsWhatIsInAFileOfItsAgent() throws IOException {
        Path file = Files.writeString(folder.resolve("a.key"), "shown\n");
        ArcIdentity arc = new ArcIdentity(azure.address() + "/arc", folder);
        azure.realm = file.toString();
        assertThat(arc.fetch(RELAY, soon()).value()).isEqualTo("t0ken");

        for (String wrong : List.of("/etc/passwd", "/etc/ssl/private/server.key", folder + "/sub/../../x.key", folder + "/none.key", "")) {
            azure.realm = wrong;
            assertThatIOException().as(wrong).isThrownBy(() -> arc.fetch(RELAY, soon()));
        }
        assertThat(ArcIdentity.find(Map.of("IDENTITY_ENDPOINT", azure.address() + "/arc", "IMDS_ENDPOINT", "x")))
                .isEqualTo(new ArcIdentity(azure.address() + "/arc", Path.of("/var/opt/azcmagent/tokens")));
        assertThat(ArcIdentity.find(Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", "x"))).isNull();
    }

    @Test
    void anApplicationShowsTheSecretOfTheMomentAndAsksForBothSlashes() throws IOException {
        TestSecret secret = new TestSecret(LocalAzure.SECRET);
        EntraTokens.Source source = new EntraSource(application(secret), Map.of(), null, WayOut.straight()).open();
        source.fetch(RELAY, soon());
        assertThat(azure.forms).containsExactly(Map.of("grant_type", "client_credentials", "client_id", "me", "client_secret", LocalAzure.SECRET,
                "scope", "https://relay.azure.net//.default"));

        secret.value = "planted-wrong";
        assertThatIOException().isThrownBy(() -> source.fetch(RELAY, soon()))
                .withMessage("Microsoft Entra gives no token: answered 401, invalid_client AADSTS7000215: Invalid client secret provided.");
        secret.value = LocalAzure.SECRET;
        assertThat(source.fetch(RELAY, soon()).value()).isEqualTo("t0ken");
    }

    @Test
    void aPodShowsItsFederatedToken() throws IOException {
        EntraCredential pod = new EntraCredential(null, true, null, null, null, null, null, false, null);
        Path token = Files.writeString(folder.resolve("token"), "eyJ.a.b");
        fetch(pod, Map.of("AZURE_FEDERATED_TOKEN_FILE", token.toString(), "AZURE_CLIENT_ID", "me", "AZURE_TENANT_ID", "contoso",
                "AZURE_AUTHORITY_HOST", azure.address() + "/"));
        assertThat(azure.forms.getFirst()).containsEntry("client_assertion", "eyJ.a.b").containsEntry("scope", "https://relay.azure.net//.default")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

        assertThatIOException().isThrownBy(() -> fetch(pod, Map.of())).withMessageContaining("AZURE_TENANT_ID");
        assertThatIOException()
                .isThrownBy(() -> fetch(pod, Map.of("AZURE_FEDERATED_TOKEN_FILE", folder + "/none", "AZURE_CLIENT_ID", "me", "AZURE_TENANT_ID", "contoso")))
                .withMessageContaining("none cannot be read");
        assertThatIOException()
                .isThrownBy(() -> fetch(pod, Map.of("AZURE_FEDERATED_TOKEN_FILE", token.toString(), "AZURE_CLIENT_ID", "me", "AZURE_TENANT_ID", "contoso",
                        "AZURE_AUTHORITY_HOST", "http://login.example.com")))
                .withMessageContaining("AZURE_AUTHORITY_HOST");
    }

    @Test
    void anApplicationSignsWithTheCertificateOfTheMoment() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        Path first = authority.issue("first", "CN=first", "-keyalg", "RSA", "-keysize", "2048");
        Path second = authority.issue("second", "CN=second", "-keyalg", "RSA", "-keysize", "2048");
        Path used = Files.copy(first, folder.resolve("used.pem"));
        azure.certificate = PemFiles.read(first, first).chain().getFirst();
        EntraTokens.Source source = new EntraSource(certified(used, null), Map.of(), null, WayOut.straight()).open();
        assertThat(source.fetch(RELAY, soon()).value()).isEqualTo("t0ken");

        Files.copy(second, used, StandardCopyOption.REPLACE_EXISTING);
        assertThatIOException().isThrownBy(() -> source.fetch(RELAY, soon())).withMessageContaining("AADSTS");
        azure.certificate = PemFiles.read(second, second).chain().getFirst();
        assertThat(source.fetch(RELAY, soon()).value()).isEqualTo("t0ken");
        assertThat(fetch(certified(second, second), Map.of()).value()).isEqualTo("t0ken");
        Files.delete(used);
        assertThatIOException().isThrownBy(() -> source.fetch(RELAY, soon())).withMessageContaining("clientCertificate: ").withMessageContaining("no such file");

        // A clock that is hours off is seen at the first answer, and the second assertion is right.
        InstantSource wrong = () -> Instant.now().minus(Duration.ofHours(3));
        TokenEndpoint there = new TokenEndpoint(azure.address(), "contoso", null, WayOut.straight(), wrong);
        EntraApplication skewed = new EntraApplication(there, "me", form -> form.put(
                "client_assertion", ClientAssertion.sign(second, second, "me", there.address(), there.clock().instant())));
        int before = azure.forms.size();
        assertThat(skewed.fetch(RELAY, soon()).value()).isEqualTo("t0ken");
        assertThat(azure.forms).hasSize(before + 2);

        Path elliptic = authority.issue("ec", "CN=ec");
        assertThatThrownBy(() -> certified(elliptic, null).checkFiles())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("RSA keys alone");
        assertThatThrownBy(() -> certified(first, second).checkFiles())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not the private key of the first certificate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "404 | true  | answered 404",
        "410 | true  | answered 410",
        "429 | true  | answered 429, invalid_request Too many",
        "500 | true  | answered 500",
        "503 | true  | answered 503",
        "400 | false | give this machine a system-assigned identity",
        "403 | false | answered 403",
        "302 | false | answered 302",
    })
    void aMachinesTroubleIsSaidAndMayPassOrNot(int status, boolean passes, String words) {
        azure.next.add(new Answer(status, Map.of("Retry-After", "7"), "{\"error\":\"invalid_request\",\"error_description\":\"Too many\"}"));
        assertThatIOException().isThrownBy(() -> ofMachine("system")).withMessageContaining(words).satisfies(e -> {
            assertThat(e instanceof BusyException).isEqualTo(passes);
            if (e instanceof BusyException busy) {
                assertThat(busy.seconds()).isEqualTo(7);
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "429 | true  | Microsoft Entra gives no token: answered 429",
        "504 | true  | Microsoft Entra gives no token: answered 504",
        "404 | false | Microsoft Entra gives no token: answered 404",
        "400 | false | AADSTS90002: Tenant 'contoso' not found.",
    })
    void microsoftEntrasTroubleIsSaidAndMayPassOrNot(int status, boolean passes, String words) {
        azure.next.add(Answer.refused(status, "invalid_request", "AADSTS90002: Tenant 'contoso' not found."));
        assertThatIOException().isThrownBy(() -> fetch(application(new TestSecret("planted-secret")), Map.of())).withMessageContaining(words)
                .withMessageNotContaining("planted").satisfies(e -> assertThat(e instanceof BusyException).isEqualTo(passes));
    }

    @Test
    void lifetimesAreSpansEvenWhereAnEndIsSaid() throws IOException {
        azure.next.add(new Answer(200, Map.of(), "{\"access_token\":\"a\",\"expires_on\":\"" + Instant.now().plusSeconds(1000).getEpochSecond() + "\"}"));
        assertThat(ofMachine("system").life()).isBetween(Duration.ofSeconds(900), Duration.ofSeconds(1001));
        azure.next.add(new Answer(200, Map.of(), "{\"access_token\":\"a\",\"expires_in\":\"86400\",\"expires_on\":\"1\",\"refresh_in\":\"43200\"}"));
        assertThat(ofMachine("system")).isEqualTo(new TokenAnswer.Issued("a", Duration.ofDays(1), Duration.ofHours(12)));
        for (String body : List.of("{\"access_token\":\"a\",\"expires_on\":\"1\"}", "{\"access_token\":\"\"}", "{}", "[]", "{\"access_token\":\"a\\r\\nb\"}")) {
            azure.next.add(new Answer(200, Map.of(), body));
            assertThatIOException().as(body).isThrownBy(() -> ofMachine("system"));
        }
    }

    @Test
    void aTokenSaysWhatItIsForAndUntilWhen() {
        String claims = "{\"aud\":\"https://relay.azure.net/\",\"iss\":\"https://sts.windows.net/t/\",\"tid\":\"t\",\"oid\":\"o\",\"azp\":\"a\",\"exp\":1800000000}";
        String text = "eyJ." + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + ".s";
        assertThat(EntraToken.parse(text)).isEqualTo(new EntraToken(RELAY, "https://sts.windows.net/t/", "t", "a", "o", Instant.ofEpochSecond(1_800_000_000)));
        for (String wrong : List.of("eyJ", "eyJ.a", "eyJ.*.b", "eyJ.e30.b", "eyJ.W10.b", text + ".more")) {
            assertThatThrownBy(() -> EntraToken.parse(wrong)).isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining(wrong);
        }
    }
}
