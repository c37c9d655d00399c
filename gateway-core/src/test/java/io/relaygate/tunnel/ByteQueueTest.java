package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Buffers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bytes come out of a queue as they went in, and its arrays go back to the pool. */
class ByteQueueTest {

    private final int before = Buffers.outstanding();
    private final ByteQueue queue = new ByteQueue();

    @AfterEach
    void givesEveryArrayBack() {
        queue.clear();
        assertThat(queue.size()).isZero();
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }

    @Test
    void emptyQueueGivesNothing() {
        assertThat(queue.take(new byte[10], 0, 10)).isZero();
    }

    @Test
    void fewBytesNeedNoLargeArray() {
        for (int i = 0; i < 100; i++) {
            queue.append(new byte[2048], 0, 7);
        }
        assertThat(Buffers.outstanding()).isEqualTo(before);
        assertThat(queue.size()).isEqualTo(700);
    }

    @Test
    void manyBytesLieInArraysOfThePool() {
        queue.append(new byte[100_000], 0, 100_000);
        assertThat(Buffers.outstanding()).isEqualTo(before + 2);
        assertThat(queue.take(new byte[100_000], 0, 100_000)).isEqualTo(100_000);
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }

    @Test
    void onlyWhatIsMeantIsTakenAndGiven() {
        queue.append(new byte[] {0, 1, 2, 3, 0}, 1, 3);
        byte[] into = new byte[5];
        assertThat(queue.take(into, 2, 2)).isEqualTo(2);
        assertThat(into).containsExactly(0, 0, 1, 2, 0);
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void bytesComeOutAsTheyWentInHoweverTheyAreCut() {
        Random random = new Random(13);
        byte[] sent = new byte[2_000_000];
        random.nextBytes(sent);
        byte[] got = new byte[sent.length];
        int in = 0;
        int out = 0;
        while (out < sent.length) {
            int most = random.nextBoolean() ? 50 : 70_000;
            int more = Math.min(sent.length - in, random.nextInt(most));
            queue.append(sent, in, more);
            in += more;
            out += queue.take(got, out, Math.min(got.length - out, random.nextInt(most)));
            assertThat(queue.size()).isEqualTo(in - out);
        }
        assertThat(Arrays.equals(got, sent)).isTrue();
    }
}
