package io.relaygate.plugins.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Recognition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecognitionTest {

    private record Said(ByteBuffer bytes, List<String> applicationProtocols) implements FirstBytes {
        @Override
        public boolean silent() {
            return !bytes.hasRemaining();
        }

        @Override
        public String serverName() {
            return "db.example.com";
        }
    }

    private static Recognition recognise(byte[] bytes, String... alpn) throws IOException {
        return new PostgresProtocol().recognise(new Said(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), List.of(alpn)));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void everyFirstMessageIsRecognisedAtItsEighthByte() throws IOException {
        for (String first : List.of("00000008 04d2162f", "00000008 04d21630", "00000010 04d2162e 00000001 00000002",
                "0000001d 00030000 75736572", "0000001d 00030002 75736572")) {
            byte[] bytes = hex(first);
            for (int cut = 1; cut < 8; cut++) {
                assertThat(recognise(Arrays.copyOf(bytes, cut))).as(first + " at " + cut).isEqualTo(Recognition.MORE);
            }
            for (int cut = 8; cut <= bytes.length; cut++) {
                assertThat(recognise(Arrays.copyOf(bytes, cut))).as(first + " at " + cut).isEqualTo(Recognition.YES);
            }
        }
    }

    @Test
    void everythingElseIsNot() throws IOException {
        for (String other : List.of("00000009 04d2162f", "00007000 00030000", "0000001d 00020000", "00010000", "01", "0001")) {
            assertThat(recognise(hex(other))).as(other).isEqualTo(Recognition.NO);
        }
        for (String other : List.of("", "GET / HTTP/1.1\r\n", "*1\r\n$4\r\nPING\r\n", "SSH-2.0-x\r\n")) {
            assertThat(recognise(other.getBytes(StandardCharsets.US_ASCII))).as(other).isEqualTo(Recognition.NO);
        }
    }

    @Test
    void tlsIsRecognisedByItsApplicationProtocolAlone() throws IOException {
        assertThat(recognise(hex("160301"), "postgresql")).isEqualTo(Recognition.YES);
        assertThat(recognise(hex("160301"), "http/1.1")).isEqualTo(Recognition.NO);
    }
}
