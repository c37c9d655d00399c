package io.relaygate.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SecretTest {

    /** One of these characters. */
    private record Known(String text) implements Secret {
        @Override
        public <T> T with(Function<char[], T> use) {
            return use.apply(text.toCharArray());
        }
    }

    @Test
    void isTheSameInUtf8() throws IOException {
        for (String text : new String[] {"", "correct horse", "gr\u00fc\u00df\u20ac\ud83d\ude00"}) {
            assertThat(new Known(text).utf8()).isEqualTo(text.getBytes(UTF_8));
        }
    }
}
