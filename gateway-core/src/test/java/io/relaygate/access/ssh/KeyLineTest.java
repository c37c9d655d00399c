package io.relaygate.access.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLineTest {

    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048"})
    void readsWhatSshKeygenWrites(String type, @TempDir Path folder) throws Exception {
        Path file = new SshKeygen(folder).key("k", type);
        KeyLine line = KeyLine.parse(Files.readString(file));
        assertThat(line.comment()).isEqualTo("k");
        assertThat(line.options()).isEmpty();
        assertThat(line.key().blob()).isEqualTo(SshKeygen.blob(file));
    }

    @Test
    void readsOptions() {
        KeyLine line = KeyLine.parse("caller=\"alice \\\"a\\\", b\",Groups=\"ops,dba\",restrict\t" + KEY + "  her  laptop ");
        assertThat(line.options()).isEqualTo(Map.of("caller", "alice \"a\", b", "groups", "ops,dba", "restrict", ""));
        assertThat(line.comment()).isEqualTo("her  laptop");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "ssh-ed25519", "ssh-ed25519 !", "ssh-ed25519 AAAA", "caller=\"alice\"", "caller=alice " + KEY, "caller=\"alice " + KEY,
        "caller=\"a\",caller=\"b\" " + KEY, ",caller=\"a\" " + KEY, "caller=\"a\"" + KEY, "ssh-rsa " + "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ssh-ed25519-cert-v01@openssh.com AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "caller=\"a\" caller=\"b\" " + KEY,
    })
    void whatIsNoKeyIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyLine.parse(line));
    }

    @Test
    void aWeakKeyAndOneThatIsCutAreRefused(@TempDir Path folder) {
        SshKeygen keygen = new SshKeygen(folder);
        byte[] rsa = SshKeygen.blob(keygen.key("rsa", "rsa-2048")).array();
        for (int length = 0; length < rsa.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(rsa, 0, length);
            assertThatIllegalArgumentException().isThrownBy(() -> SshKey.parse(cut));
        }
        ByteBuffer weak = SshKeygen.blob(keygen.key("weak", "rsa-1024"));
        assertThatIllegalArgumentException().isThrownBy(() -> SshKey.parse(weak)).withMessageContaining("2048");
    }
}
