package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyPair;
import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What cannot work is said when the configuration is checked. */
class BastionSettingsTest {

    private static final String ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEW3Mb6wmO8qKQn7dZ9bHqJvW1bJkPZ2o5GqYt6oXyzA";
    private static final Secret KEY = TestBastion.secret(TestBastion.pem(TestBastion.USER));

    private static void assertRefused(
            String message, String user, @Nullable Secret key, @Nullable Secret passphrase, @Nullable Path certificate, List<String> pins,
            List<String> authorities) {
        BastionSettings settings = new BastionSettings(new HostPort("jump", 22), user, key, passphrase, certificate, null, null, pins, authorities, List.of(),
                Algorithms.MODERN, Duration.ofSeconds(15), 1, 1, Duration.ofMinutes(5));
        try (Threads threads = new Threads(0)) {
            assertThatThrownBy(() -> new SshDialer().open(new SshDialerSettings(List.of(settings)), new DialerHost("db", "ssh", new Metrics(), threads)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bastion jump:22")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void someHostKeyMustBeKnown() {
        assertRefused("needs `hostKeys` or `hostAuthorities`", "relay", KEY, null, null, List.of(), List.of());
    }

    @Test
    void hostKeysMustBeReadable() {
        for (String wrong : List.of("", "AAAA", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa" + ED25519.substring(11), "SHA256:short",
                "MD5:00:11", ED25519.substring(0, 40))) {
            assertRefused("`hostKeys`", "relay", KEY, null, null, List.of(wrong), List.of());
        }
        assertRefused("`hostAuthorities`", "relay", KEY, null, null, List.of(ED25519), List.of("SHA256:" + "A".repeat(43)));
    }

    @Test
    void somethingToLogInWithMustBeThere() {
        assertRefused("needs a `key`, an `agent` or a `password`", "relay", null, null, null, List.of(ED25519), List.of());
        assertRefused("needs a `user`", " ", KEY, null, null, List.of(ED25519), List.of());
        assertRefused("without a `key`", "relay", null, TestBastion.secret("x"), null, List.of(ED25519), List.of());
    }

    @Test
    void keysMustBeReadable() {
        assertRefused("the key cannot be read", "relay", TestBastion.secret("no key"), null, null, List.of(ED25519), List.of());
        assertRefused("cannot read the certificate", "relay", KEY, null, Path.of("/does/not/exist"), List.of(ED25519), List.of());
    }

    @Test
    void anEncryptedKeyNeedsItsPassphrase() throws Exception {
        var jsch = new JSch();
        var pair = KeyPair.genKeyPair(jsch, KeyPair.RSA, 2048);
        var pem = new ByteArrayOutputStream();
        pair.writePrivateKey(pem, new byte[] {'o', 'p', 'e', 'n'});
        Secret encrypted = TestBastion.secret(pem.toString(StandardCharsets.US_ASCII));

        assertRefused("`passphrase` is left out", "relay", encrypted, null, null, List.of(ED25519), List.of());
        assertRefused("the passphrase is not that of the key", "relay", encrypted, TestBastion.secret("shut"), null, List.of(ED25519), List.of());
    }
}
