package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskTest {

    @Test
    void masksAsTheStandardSaysAtEveryLengthOffsetAndPhase() {
        Random random = new Random(1);
        int key = 0x37fa213d;
        for (int length = 0; length < 140; length++) {
            byte[] from = new byte[length + 20];
            random.nextBytes(from);
            int start = random.nextInt(10);
            int target = random.nextInt(10);
            int done = random.nextInt(9);
            byte[] to = new byte[length + 20];
            Mask.copy(from, start, to, target, length, Mask.advanced(key, done));
            for (int i = 0; i < to.length; i++) {
                int expected = i < target || i >= target + length
                        ? 0
                        : from[start + i - target] ^ (byte) (key >>> (24 - 8 * ((done + i - target) % 4)));
                assertThat(to[i]).isEqualTo((byte) expected);
            }
        }
    }

    @Test
    void masksInPlace() {
        byte[] bytes = new byte[1000];
        new Random(2).nextBytes(bytes);
        byte[] before = bytes.clone();
        Mask.copy(bytes, 3, bytes, 3, 990, 0x01020304);
        assertThat(bytes).isNotEqualTo(before);
        Mask.copy(bytes, 3, bytes, 3, 990, 0x01020304);
        assertThat(bytes).isEqualTo(before);
    }
}
