package io.relaygate.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.relaygate.azure.LocalAzure.Answer;
import io.relaygate.config.SecretStore;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.TestProxy;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class KeyVaultTest {

    private static final EntraCredential SYSTEM = EntraCredential.managed("system");

    private final Threads threads = new Threads(0);
    private LocalAzure azure;

    @BeforeEach
    void start() throws IOException {
        azure = new LocalAzure();
    }

    @AfterEach
    void stop() {
        azure.close();
        threads.close();
    }

    private SecretStore store(EntraCredential credential, Duration refresh, Map<String, String> environment) {
        return new KeyVaults(environment, threads).of(new KeyVaultSettings(credential, refresh, null), WayOut.straight());
    }

    private SecretStore store() {
        return store(SYSTEM, Duration.ofMinutes(5), Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address()));
    }

    private String read(SecretStore store, String name) throws IOException {
        return new String(store.read(azure.address() + "/secrets/" + name));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void everyIdentityOpensTheVault(@TempDir Path folder) throws Exception {
        azure.secrets.put("key", Answer.secret("p\\u00e4ss\\nword"));
        Path token = Files.writeString(folder.resolve("token"), "eyJ.a.b");
        AtomicInteger uses = new AtomicInteger();
        EntraCredential application = new EntraCredential(null, false, "contoso", "me", new io.relaygate.sdk.Secret() {
            @Override
            public <T> T with(java.util.function.Function<char[], T> use) {
                uses.incrementAndGet();
                return Objects.requireNonNull(use.apply("pass".toCharArray()));
            }
        }, null, null, false, azure.address());
        EntraCredential pod = new EntraCredential(null, true, null, null, null, null, null, false, null);

        assertThat(read(store(), "key")).isEqualTo("p\u00e4ss\nword");
        assertThat(read(store(SYSTEM, Duration.ofMinutes(5), Map.of("IDENTITY_ENDPOINT", azure.address() + "/msi/token", "IDENTITY_HEADER", "guard")), "key"))
                .isEqualTo("p\u00e4ss\nword");
        assertThat(read(store(application, Duration.ofMinutes(5), Map.of()), "key")).isEqualTo("p\u00e4ss\nword");
        assertThat(read(store(pod, Duration.ofMinutes(5), Map.of("AZURE_FEDERATED_TOKEN_FILE", token.toString(), "AZURE_CLIENT_ID", "me",
                "AZURE_TENANT_ID", "contoso", "AZURE_AUTHORITY_HOST", azure.address() + "/")), "key")).isEqualTo("p\u00e4ss\nword");
        assertThat(uses).hasValue(1);
        assertThat(azure.asked).anyMatch(line -> line.contains("resource=https%3A%2F%2Fvault.azure.net"));
    }

    @Test
    void aSecretAndATokenAreFetchedOnce() throws Exception {
        azure.secrets.put("a", Answer.secret("1"));
        azure.secrets.put("b", Answer.secret("2"));
        SecretStore store = store();

        store.prepare(Set.of(azure.address() + "/secrets/a", azure.address() + "/secrets/b"));

        assertThat(read(store, "a") + read(store, "b") + read(store, "a")).isEqualTo("121");
        assertThat(azure.asked).as("a token, and for each secret what tokens are for, and the secret").hasSize(5);
    }

    @Test
    void aRotatedSecretIsUsedAndTheLastOneWhileTheVaultIsAway() throws Exception {
        azure.secrets.put("key", Answer.secret("old"));
        KeyVaults vaults = new KeyVaults(Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address()), threads);
        SecretStore store = vaults.of(new KeyVaultSettings(SYSTEM, Duration.ofMillis(1), null), WayOut.straight());
        assertThat(read(store, "key")).isEqualTo("old");

        azure.secrets.put("key", Answer.secret("new"));
        await(() -> quietly(store).equals("new"));
        assertThat(vaults.stale()).isZero();

        azure.secrets.put("key", new Answer(503, Map.of("Retry-After", "100"), ""));
        await(() -> quietly(store).equals("new") && vaults.stale() == 1);
        int asked = azure.asked.size();
        assertThat(read(store, "key") + read(store, "key")).isEqualTo("newnew");
        assertThat(azure.asked).as("it asked to be left alone").hasSize(asked);
    }

    private String quietly(SecretStore store) {
        try {
            return read(store, "key");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, Key Vault Secrets User", "404, no secret of this name", "429, it is busy", "302, redirects are not followed",
        "500, answered 500", "200, no JSON object",
    })
    void whatTheVaultRefusesIsSaidWithWhatToDo(int status, String said) {
        azure.secrets.put("key", new Answer(status, Map.of("Location", azure.address() + "/secrets/other"), "[]"));

        assertThatIOException().isThrownBy(() -> read(store(), "key")).withMessageContaining(said);
    }

    @Test
    void aVaultThatDoesNotKnowTheVersionIsAskedWithAnOlderOne() throws Exception {
        azure.old = true;
        azure.secrets.put("key", Answer.secret("x"));

        assertThat(read(store(), "key")).isEqualTo("x");
    }

    @Test
    void aHugeAnswerIsCutOff() {
        azure.secrets.put("key", Answer.secret("x".repeat(300_000)));

        assertThatIOException().isThrownBy(() -> read(store(), "key")).withMessageContaining("more than 262144 bytes");
    }

    @Test
    void whatEntraRefusesIsSaidInItsWords() {
        EntraCredential wrong = new EntraCredential(null, false, "contoso", "me", new io.relaygate.sdk.Secret() {
            @Override
            public <T> T with(java.util.function.Function<char[], T> use) {
                return Objects.requireNonNull(use.apply("wrong".toCharArray()));
            }
        }, null, null, false, azure.address());

        assertThatIOException().isThrownBy(() -> read(store(wrong, Duration.ofMinutes(5), Map.of()), "key"))
                .withMessageContaining("Microsoft Entra gives no token: answered 401, invalid_client AADSTS7000215: Invalid client secret provided.")
                .withMessageNotContaining("wrong");
    }

    @Test
    void aMachineWithoutIdentityIsToldSo() throws Exception {
        LocalAzure gone = new LocalAzure();
        gone.close();
        SecretStore store = store(SYSTEM, Duration.ofMinutes(5), Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", gone.address()));

        assertThatIOException().isThrownBy(() -> read(store, "key")).withMessageContaining("no managed identity answers");
    }

    @Test
    void aVaultThatIsBusyIsAskedAgainWhileThereIsTime() throws Exception {
        azure.secrets.put("said", new Answer(429, Map.of("Retry-After", "1"), ""));
        azure.secrets.put("silent", new Answer(503, Map.of(), ""));
        SecretStore store = store();
        Thread preparing = threads.start("prepare", () -> store.prepare(
                Set.of(azure.address() + "/secrets/said", azure.address() + "/secrets/silent")));
        await(() -> times("/said") > 0 && times("/silent") > 0);

        azure.secrets.put("said", Answer.secret("1"));
        azure.secrets.put("silent", Answer.secret("2"));
        preparing.join();

        assertThat(read(store, "said") + read(store, "silent")).isEqualTo("12");
    }

    @Test
    void aVaultThatWantsMoreTimeThanThereIsIsAskedOnce() {
        azure.secrets.put("key", new Answer(429, Map.of("Retry-After", "60"), ""));
        SecretStore store = store();

        store.prepare(Set.of(azure.address() + "/secrets/key"));

        assertThatIOException().isThrownBy(() -> read(store, "key")).withMessageContaining("429; it is busy");
        assertThat(times("/key")).as("what tokens are for, and the secret").isEqualTo(2);
    }

    private long times(String secret) {
        return azure.asked.stream().filter(line -> line.contains(secret)).count();
    }

    @Test
    void whatCannotBeFetchedIsNamedOnce() throws Exception {
        LocalAzure gone = new LocalAzure();
        gone.close();

        assertThatIOException().isThrownBy(() -> store().read(gone.address() + "/secrets/key")).satisfies(
                e -> assertThat(String.valueOf(e.getMessage()).split("/secrets/key", -1)).as("%s", e).hasSize(2));
    }

    /** A token is renewed while it is good, and used for as long as it is, whether or not that succeeds. */
    @Test
    void aTokenThatCannotBeRenewedIsUsedUntilItEnds() throws Exception {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        AtomicInteger fetches = new AtomicInteger();
        boolean[] away = {false};
        EntraTokens tokens = new EntraTokens(
                (resource, deadline) -> {
                    fetches.incrementAndGet();
                    if (away[0]) {
                        throw new IOException("no managed identity answers");
                    }
                    return new TokenAnswer.Issued("t" + fetches.get(), Duration.ofHours(1), null);
                },
                () -> now[0]);
        assertThat(value(tokens) + value(tokens)).isEqualTo("t1t1");

        away[0] = true;
        now[0] = now[0].plusSeconds(3400);
        assertThat(value(tokens) + value(tokens)).isEqualTo("t1t1");
        assertThat(fetches).as("not again at once").hasValue(2);

        now[0] = now[0].plusSeconds(200);
        assertThatIOException().isThrownBy(() -> value(tokens)).withMessage("no managed identity answers");

        away[0] = false;
        now[0] = now[0].plusSeconds(11);
        assertThat(value(tokens)).isEqualTo("t4");
    }

    private static String value(EntraTokens tokens) throws IOException {
        return tokens.token("vault", Instant.MAX).value();
    }

    @Test
    void onlyAuthoritiesOfTheCaFileAreBelieved(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        authority.issue("vault", "CN=vault", "-ext", "san=ip:127.0.0.1");
        try (LocalAzure secured = LocalAzure.secured(authority.client("vault"))) {
            secured.secrets.put("key", Answer.secret("x"));
            KeyVaults vaults = new KeyVaults(Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address()), threads);
            String address = secured.address() + "/secrets/key";

            assertThat(vaults.of(new KeyVaultSettings(SYSTEM, Duration.ofMinutes(5), authority.caFile()), WayOut.straight()).read(address))
                    .containsExactly('x');
            assertThatIOException()
                    .isThrownBy(() -> vaults.of(new KeyVaultSettings(SYSTEM, Duration.ofMinutes(5), null), WayOut.straight()).read(address))
                    .withMessageContaining("certificate");
        }
    }

    @Test
    void aVaultIsReachedThroughTheProxyAndTheMachinesIdentityIsNot(@TempDir Path folder) throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        authority.issue("vault", "CN=vault", "-ext", "san=dns:vault.test");
        try (LocalAzure secured = LocalAzure.secured(authority.client("vault")); TestProxy proxy = new TestProxy()) {
            secured.secrets.put("key", Answer.secret("x"));
            KeyVaults vaults = new KeyVaults(Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", azure.address()), threads);
            KeyVaultSettings settings = new KeyVaultSettings(SYSTEM, Duration.ofMinutes(5), authority.caFile());
            String named = secured.address().replace("https://127.0.0.1", "vault.test");
            assertThat(vaults.of(settings, WayOut.of(proxy.settings(), Map.of())).read("https://" + named + "/secrets/key")).containsExactly('x');
            assertThat(proxy.asked).isNotEmpty().allSatisfy(asked -> assertThat(asked).isEqualTo(named));
            proxy.login = "gateway:secret";
            assertThatIOException()
                    .isThrownBy(() -> vaults.of(settings, WayOut.of(proxy.settings("other.test"), Map.of())).read("https://" + named + "/secrets/key"))
                    .withMessageContaining("the proxy http://" + proxy.address() + " wants a login");
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', textBlock = """
            'Bearer authorization="https://login.windows.net/contoso", resource="https://vault.oslo.stack.local"', v.vault.oslo.stack.local, https://vault.oslo.stack.local
            'Bearer authorization="https://a/b", resource="https://vault.oslo.stack.local/x"', V.vault.oslo.stack.local, https://vault.oslo.stack.local/x
            'Bearer resource="https://management.azure.com"', v.vault.oslo.stack.local,
            'Bearer resource="https://ault.oslo.stack.local"', v.vault.oslo.stack.local,
            'Bearer resource="http://vault.oslo.stack.local"', v.vault.oslo.stack.local,
            'Basic', v.vault.oslo.stack.local,
            , v.vault.oslo.stack.local,
            """)
    void aVaultSaysWhatItsTokensAreForButOnlyOfItsOwnDomain(@Nullable String challenge, String host, @Nullable String resource) {
        assertThat(KeyVault.challenged(challenge, host.toLowerCase(Locale.ROOT))).isEqualTo(resource);
    }

    @Test
    void aVaultThatGoesAndComesBackIsToldOfOnceEach() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(KeyVault.class);
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
        try {
            HeldSecret secret = new HeldSecret("https://v.vault.azure.net/secrets/key", source());
            secret.value(Duration.ofDays(1), threads);
            for (int i = 0; i < 3; i++) {
                fails.set(true);
                secret.fetch();
            }
            fails.set(false);
            secret.fetch();
            secret.fetch();
        } finally {
            log.setLevel(null);
            log.detachAppender(lines);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getMessage).containsExactly(
                "a secret cannot be fetched again; its last value is used", "the key vault is back");
    }

    private final AtomicBoolean fails = new AtomicBoolean();

    private HeldSecret.Source source() {
        return () -> {
            if (fails.get()) {
                throw new IOException("away");
            }
            return new char[] {'x'};
        };
    }
}
