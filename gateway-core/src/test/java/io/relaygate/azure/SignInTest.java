package io.relaygate.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.relaygate.azure.LocalAzure.Answer;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SignInTest {

    private static final String RELAY = "https://relay.azure.net/";

    @TempDir
    Path folder;

    private final List<Long> pauses = new ArrayList<>();
    private final List<SignIn.Code> shown = new ArrayList<>();
    private LocalAzure azure;
    private SignedIn person;

    @BeforeEach
    void start() throws IOException {
        azure = new LocalAzure();
        azure.interval = 5;
        person = new SignedIn(new TokenEndpoint(azure.address(), "contoso", null, WayOut.straight()), "cli", folder.resolve("state/sign-in"));
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    private void signIn() throws IOException {
        new SignIn(person, time -> pauses.add(time.toSeconds())).run(RELAY, shown::add);
    }

    private void pending(String... errors) {
        for (String error : errors) {
            azure.next.add(Answer.refused(400, error, "AADSTS70016: OAuth 2.0 device flow error."));
        }
    }

    @Test
    void asksAsSeldomAsItIsToldAndKeepsWhatItGetsForItsUserAlone() throws IOException {
        pending("authorization_pending", "slow_down", "authorization_pending");
        azure.next.add(new Answer(503, Map.of(), ""));
        signIn();

        assertThat(shown).containsExactly(new SignIn.Code("https://microsoft.com/devicelogin", "ABCD-EFGH", Duration.ofMinutes(15)));
        assertThat(pauses).containsExactly(5L, 5L, 10L, 10L, 10L);
        assertThat(azure.forms.getFirst()).isEqualTo(Map.of("client_id", "cli", "scope", "https://relay.azure.net//.default offline_access"));
        assertThat(person.file()).hasContent("refresh-0");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(person.file()))).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_declined, the sign-in was declined", "access_denied, the sign-in was declined", "expired_token, nobody has signed in in time",
        "invalid_client, AADSTS70016",
    })
    void endsWhenItCannotSucceed(String error, String words) {
        pending("authorization_pending", error);
        assertThatIOException().isThrownBy(this::signIn).withMessageContaining(words);
        assertThat(person.file()).doesNotExist();
    }

    @Test
    void endsWhenTheCodeDoes() {
        for (int i = 0; i < 200; i++) {
            pending("authorization_pending");
        }
        assertThatIOException().isThrownBy(this::signIn).withMessageContaining("nobody has signed in in time");
        assertThat(pauses).hasSize(900 / 5);
    }

    @Test
    void whoHasSignedInGetsTokensUntilThatIsTakenBack() throws IOException {
        assertThatIOException().isThrownBy(() -> person.fetch(RELAY, soon()))
                .withMessageContaining("nobody has signed in; `relaygate login -c FILE`");
        signIn();
        assertThat(person.fetch(RELAY, soon()).value()).isEqualTo("t0ken");
        assertThat(azure.forms.getLast()).containsEntry("grant_type", "refresh_token").containsEntry("refresh_token", "refresh-0")
                .containsEntry("scope", "https://relay.azure.net//.default offline_access");
        assertThat(person.file()).as("the next one").hasContent(azure.refresh);
        assertThat(person.fetch(RELAY, soon()).value()).isEqualTo("t0ken");

        azure.refresh = "taken back";
        assertThatIOException().isThrownBy(() -> person.fetch(RELAY, soon()))
                .withMessageContaining("AADSTS700082").withMessageContaining("sign in again").withMessageNotContaining("refresh-");
    }

    @Test
    void eachTenantAndApplicationHasSomebodyOfItsOwn() throws IOException {
        Identities identities = new Identities(Map.of(), folder);
        for (String client : List.of("a", "b")) {
            EntraCredential credential = new EntraCredential(null, false, "contoso", client, null, null, null, true, azure.address());
            assertThat(credential.trouble()).isNull();
            SignIn signIn = Objects.requireNonNull(identities.signIn(credential, null, WayOut.straight()));
            assertThat(signIn.isDone()).isFalse();
            azure.interval = 0;
            signIn.run(RELAY, shown::add);
            assertThat(signIn.isDone()).isTrue();
            assertThat(identities.of(credential, null, WayOut.straight()).token(RELAY, soon()).value()).isEqualTo("t0ken");
        }
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
        assertThat(identities.signIn(EntraCredential.managed("system"), null, WayOut.straight())).isNull();
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(10);
    }
}
