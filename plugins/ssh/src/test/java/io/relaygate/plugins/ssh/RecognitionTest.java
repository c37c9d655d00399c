package io.relaygate.plugins.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Recognition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecognitionTest {

    private record Said(ByteBuffer bytes, boolean silent) implements FirstBytes {
        @Override
        public @Nullable String serverName() {
            return null;
        }

        @Override
        public List<String> applicationProtocols() {
            return List.of();
        }
    }

    private static Recognition recognise(String said, boolean silent) throws IOException {
        return new SshProtocol().recognise(new Said(ByteBuffer.wrap(said.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer(), silent));
    }

    @Test
    void anIdentificationStringIsRecognisedByItsFirstFourBytes() throws IOException {
        for (int cut = 1; cut < 4; cut++) {
            assertThat(recognise("SSH-".substring(0, cut), false)).isEqualTo(Recognition.MORE);
        }
        for (String said : List.of("SSH-", "SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-1.5-x\r\n", "SSH-" + "\0".repeat(70_000))) {
            assertThat(recognise(said, false)).isEqualTo(Recognition.YES);
        }
    }

    @Test
    void aClientThatWaitsForTheServerIsTakenForOneAndOneThatHasLeftIsNot() throws IOException {
        assertThat(recognise("", true)).isEqualTo(Recognition.YES);
        assertThat(recognise("", false)).isEqualTo(Recognition.NO);
    }

    @Test
    void everythingElseIsNot() throws IOException {
        for (String other : List.of("G", "GET / HTTP/1.1\r\n", "SSL", "ssh-", "\u0016\u0003\u0001", "*1\r\n$4\r\nPING\r\n", "\0", " SSH-")) {
            assertThat(recognise(other, false)).as(other).isEqualTo(Recognition.NO);
        }
    }
}
