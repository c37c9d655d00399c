package io.relaygate.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialTest {

    @Test
    void saysNothingOfItsSecretAndWipesIt() {
        char[] characters = "hunter2".toCharArray();
        for (Credential each : List.of(
                new Credential.Password("alice", SentSecret.of(characters)),
                new Credential.OneTimeCode("alice", SentSecret.of("hunter2".toCharArray())),
                new Credential.BearerToken(SentSecret.ofUtf8("hunter2".getBytes(StandardCharsets.UTF_8))))) {
            assertThat(each.toString()).contains("***").doesNotContain("hunter2");
            each.close();
        }
        assertThat(characters).containsOnly('\0');
    }

    @Test
    void aSecretIsUsedUntilItIsWiped() {
        byte[] bytes = "pässword".getBytes(StandardCharsets.UTF_8);
        SentSecret secret = SentSecret.ofUtf8(bytes);
        assertThat(bytes).containsOnly(0);
        assertThat(secret.<String>with(String::new)).isEqualTo("pässword");
        secret.close();
        assertThatIllegalStateException().isThrownBy(() -> secret.<String>with(String::new));
        byte[] wrong = {(byte) 0xff, 1};
        assertThatIllegalArgumentException().isThrownBy(() -> SentSecret.ofUtf8(wrong));
        assertThat(wrong).containsOnly(0);
    }

    @Test
    void aKeyIsACopyThatCannotBeChanged() {
        byte[] bytes = {1, 2, 3};
        Credential.PublicKey key = new Credential.PublicKey("alice", ByteBuffer.wrap(bytes), false);
        bytes[0] = 9;
        key.blob().position(3);
        assertThat(key.blob().isReadOnly()).isTrue();
        assertThat(key.blob()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
}
