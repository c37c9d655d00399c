package io.relaygate.plugins.tds;

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
            return "sql.example.com";
        }
    }

    private static Recognition recognise(byte[] bytes, String... alpn) throws IOException {
        return new TdsProtocol().recognise(new Said(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), List.of(alpn)));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void preloginAndBareLoginAreRecognisedAtTheEndOfTheirHeader() throws IOException {
        for (String first : List.of("1201002f00000100 0000", "1200100000000000 00", "1001009000000100 8800", "1000020000000000 00")) {
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
        for (String other : List.of("", "02", "0f", "1203", "12ff", "1201000800000000", "1201ffff00000000", "100f", "0101002f00000100")) {
            assertThat(recognise(hex(other))).as(other).isEqualTo(Recognition.NO);
        }
        for (String other : List.of("GET / HTTP/1.1\r\n", "*1\r\n$4\r\nPING\r\n", "SSH-2.0-x\r\n")) {
            assertThat(recognise(other.getBytes(StandardCharsets.US_ASCII))).as(other).isEqualTo(Recognition.NO);
        }
    }

    @Test
    void tlsIsRecognisedByItsApplicationProtocolAlone() throws IOException {
        assertThat(recognise(hex("160301"), "tds/8.0")).isEqualTo(Recognition.YES);
        assertThat(recognise(hex("160301"), "http/1.1")).isEqualTo(Recognition.NO);
        assertThat(recognise(hex("160301"))).isEqualTo(Recognition.NO);
    }
}
