package io.relaygate.access.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeKeyTest {

    private static final String SHA1 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    private static final String SHA256 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA====";
    private static final String SHA512 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA=";

    /** RFC 6238 appendix B. */
    @ParameterizedTest
    @CsvSource({
        "59, 94287082, 46119246, 90693936", "1111111109, 07081804, 68084774, 25091201", "1111111111, 14050471, 67062674, 99943326",
        "1234567890, 89005924, 91819424, 93441116", "2000000000, 69279037, 90698825, 38618901", "20000000000, 65353130, 77737706, 47863826",
    })
    void makesTheCodesOfTheRfc(long time, String sha1, String sha256, String sha512) {
        long step = time / CodeKey.STEP;
        assertThat(CodeKey.parse(SHA1 + ":sha1:8").code(step)).isEqualTo(sha1);
        assertThat(CodeKey.parse(SHA1).code(step)).isEqualTo(sha1.substring(2));
        assertThat(CodeKey.parse(SHA256 + ":SHA256:8").code(step)).isEqualTo(sha256);
        assertThat(CodeKey.parse(SHA512 + ":sha512:8").code(step)).isEqualTo(sha512);
        assertThat(CodeKey.parse("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").isCode(sha1.substring(2).toCharArray(), step)).isTrue();
        assertThat(CodeKey.parse(SHA1).isCode(sha1.toCharArray(), step)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GEZDGNBV", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", SHA1 + ":md5", SHA1 + ":sha1:7", SHA1 + ":sha1:6:x"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CodeKey.parse(text));
    }
}
