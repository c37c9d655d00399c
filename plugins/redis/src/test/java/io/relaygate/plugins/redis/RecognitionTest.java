package io.relaygate.plugins.redis;

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

    private record Said(ByteBuffer bytes) implements FirstBytes {
        @Override
        public boolean silent() {
            return !bytes.hasRemaining();
        }

        @Override
        public @Nullable String serverName() {
            return null;
        }

        @Override
        public List<String> applicationProtocols() {
            return List.of();
        }
    }

    private static Recognition recognise(String said) throws IOException {
        return new RedisProtocol().recognise(new Said(ByteBuffer.wrap(said.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer()));
    }

    @Test
    void requestOfAProgramIsRecognisedAtItsFirstDollar() throws IOException {
        for (String head : List.of("*1\r\n$", "*12\r\n$", "*1234567\r\n$")) {
            for (int cut = 1; cut < head.length(); cut++) {
                assertThat(recognise(head.substring(0, cut))).as(head.substring(0, cut)).isEqualTo(Recognition.MORE);
            }
            assertThat(recognise(head)).isEqualTo(Recognition.YES);
            assertThat(recognise(head + "4\r\nPING\r\n".repeat(1000))).isEqualTo(Recognition.YES);
        }
    }

    @Test
    void everythingElseIsNot() throws IOException {
        for (String other : List.of("", "PING\r\n", "GET / HTTP/1.1\r\n", "*0\r\n$", "*x", "*12345678", "*1\n$", "*1\r\n+", "SSH-2.0-x", "\u0016\u0003\u0001")) {
            assertThat(recognise(other)).as(other).isEqualTo(Recognition.NO);
        }
    }
}
