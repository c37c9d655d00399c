package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.relay.NamespaceSettings.Credential;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    void signsForTheHybridConnectionWithTheKeyOfTheMoment() throws IOException {
        TestSecret key = new TestSecret("first\n");
        Credentials credentials = credentials("sb://Localhost:9443/", null, new Credential("send", key, null));
        SasToken token = SasToken.parse(String.valueOf(credentials.token("site-oslo", NOW, Instant.MAX)));
        assertThat(token.resource()).isEqualTo("http://localhost/site-oslo");
        assertThat(token.expires()).isEqualTo(NOW.plus(Credentials.LIFETIME));
        assertThat(token.verify("first".toCharArray())).isTrue();
        key.value = "second";
        assertThat(SasToken.parse(String.valueOf(credentials.token("site-oslo", NOW, Instant.MAX))).verify("second".toCharArray()))
                .isTrue();
    }

    @Test
    void signsWithAConnectionString() throws IOException {
        TestSecret text = new TestSecret("Endpoint=sb://ns/;SharedAccessKeyName=k;SharedAccessKey=s;EntityPath=hc");
        Credentials credentials = credentials(null, text, null);
        Credentials.Proof proof = Objects.requireNonNull(credentials.proof("hc", NOW, Instant.MAX));
        assertThat(proof.renewAfter()).isBetween(Duration.ofMinutes(39), Duration.ofMinutes(45));
        assertThat(credentials.onlyFor()).isEqualTo("hc");
        assertThat(SasToken.parse(String.valueOf(credentials.token("hc", NOW, Instant.MAX))).verify("s".toCharArray())).isTrue();
        text.value = "garbage";
        assertThatThrownBy(() -> credentials.token("hc", NOW, Instant.MAX)).hasMessageStartingWith("connectionString: part 1");
    }

    @Test
    void handsOutAReadyMadeTokenAsItIs() throws IOException {
        String sas = "SharedAccessSignature sr=a&sig=b&se=1&skn=d";
        Credentials credentials = credentials("sb://ns", null, new Credential(null, null, new TestSecret(sas + "\n")));
        assertThat(credentials.token("hc", NOW, Instant.MAX)).isEqualTo(sas);
        Credentials.Proof proof = Objects.requireNonNull(credentials.proof("hc", NOW, Instant.MAX));
        assertThat(proof.renewAfter()).isNull();
    }

    @Test
    void needsNoTokenWithoutACredential() throws IOException {
        assertThat(credentials("sb://ns", null, null).token("hc", NOW, Instant.MAX)).isNull();
    }

    @Test
    void refusesContradictions() {
        TestSecret secret = new TestSecret("s");
        expect("give either", null, null, null);
        expect("give either", "sb://ns", secret, null);
        expect("endpoint: an endpoint is", "https://ns", null, null);
        expect("credential: sasKeyName and sasKey", "sb://ns", null, new Credential("k", null, null));
        expect("credential: give either", "sb://ns", null, new Credential(null, null, null));
        expect("credential: give either", "sb://ns", null, new Credential("k", secret, secret));
        expect("credential.sas: a token begins", "sb://ns", null, new Credential(null, null, secret));
        expect("credential.sasKey: the key is empty", "sb://ns", null, new Credential("k", new TestSecret(" "), null));
        expect("connectionString: part 1", null, secret, null);
        secret.value = null;
        expect("secret ${file:test.key}: no such file", null, secret, null);
    }

    private static void expect(
            String message, @Nullable String endpoint, @Nullable TestSecret text, @Nullable Credential credential) {
        assertThatThrownBy(() -> credentials(endpoint, text, credential))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static Credentials credentials(
            @Nullable String endpoint, @Nullable TestSecret text, @Nullable Credential credential) {
        return new Credentials(
                new NamespaceSettings(endpoint, text, credential, null, null));
    }
}
