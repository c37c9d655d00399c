package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.net.Buffers;
import io.relaygate.tunnel.Retention.Slice;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is retained is found at its position until it is released, and its arrays go back to the pool. */
class RetentionTest {

    private static final byte[] NO_HEAD = {};

    private final int before = Buffers.outstanding();
    private final Retention retention = new Retention();

    @AfterEach
    void givesEveryArrayBack() {
        retention.close();
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void append(byte[] bytes) {
        retention.append(NO_HEAD, bytes, 0, bytes.length);
    }

    private static byte[] content(Slice slice) {
        return Arrays.copyOfRange(slice.bytes(), slice.offset(), slice.offset() + slice.length());
    }

    private byte[] at(long from, int most) {
        Slice slice = retention.slice(from, most);
        byte[] content = content(slice);
        slice.unpin();
        return content;
    }

    @Test
    void headAndBytesLieSideBySide() {
        retention.append(new byte[] {1, 2}, new byte[] {9, 3, 4, 9}, 1, 2);
        assertThat(retention.hi()).isEqualTo(4);
        assertThat(at(0, 100)).containsExactly(1, 2, 3, 4);
        assertThat(at(2, 1)).containsExactly(3);
    }

    @Test
    void pieceThatNearlyFitsBeginsAnArrayOfItsOwn() {
        append(new byte[Buffers.SIZE - 100]);
        append(bytes(200, 1));
        assertThat(at(Buffers.SIZE - 100, 1000)).isEqualTo(bytes(200, 1));
        assertThat(at(0, Integer.MAX_VALUE)).hasSize(Buffers.SIZE - 100);
    }

    @Test
    void everyPositionIsFoundUntilItIsReleased() {
        Random random = new Random(5);
        byte[] all = bytes(400_000, 6);
        int appended = 0;
        while (appended < all.length) {
            int n = Math.min(all.length - appended, 1 + random.nextInt(90_000));
            int head = random.nextInt(Math.min(n, 20));
            retention.append(Arrays.copyOfRange(all, appended, appended + head), all, appended + head, n - head);
            appended += n;
            long released = retention.base() + random.nextLong(retention.size() / 2 + 1);
            retention.release(released);
            assertThat(retention.base()).isEqualTo(released);
            assertThat(retention.hi()).isEqualTo(appended);
            assertThat(retention.size()).isEqualTo(appended - released);
            for (long from = released; from < appended; ) {
                byte[] some = at(from, 1 + random.nextInt(50_000));
                assertThat(some).isNotEmpty().isEqualTo(Arrays.copyOfRange(all, (int) from, (int) from + some.length));
                from += some.length;
            }
        }
    }

    @Test
    void positionsBeforeAndBehindAreNotFound() {
        append(new byte[Buffers.SIZE + 10]);
        retention.release(Buffers.SIZE);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> retention.slice(Buffers.SIZE - 1, 10));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> retention.slice(Buffers.SIZE + 10, 10));
    }

    @Test
    void arrayGoesBackWhenAllOfItIsReleased() {
        append(new byte[3 * Buffers.SIZE]);
        assertThat(Buffers.outstanding()).isEqualTo(before + 3);
        retention.release(2 * Buffers.SIZE - 1);
        assertThat(Buffers.outstanding()).isEqualTo(before + 2);
        retention.release(2 * Buffers.SIZE);
        assertThat(Buffers.outstanding()).isEqualTo(before + 1);
        retention.release(3 * Buffers.SIZE);
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }

    @Test
    void pinnedBytesStayAsTheyAreWhenTheyAreReleased() {
        append(bytes(1000, 7));
        Slice first = retention.slice(0, 500);
        Slice second = retention.slice(500, 500);
        retention.release(1000);
        append(bytes(1000, 8));
        assertThat(Buffers.outstanding()).as("one pinned, one retained").isEqualTo(before + 2);
        assertThat(content(first)).isEqualTo(Arrays.copyOf(bytes(1000, 7), 500));
        first.unpin();
        assertThat(Buffers.outstanding()).as("the second pin holds it").isEqualTo(before + 2);
        second.unpin();
        assertThat(Buffers.outstanding()).isEqualTo(before + 1);
        assertThat(at(1000, 2000)).isEqualTo(bytes(1000, 8));
    }

    @Test
    void pinnedBytesOutliveTheEnd() {
        append(bytes(1000, 9));
        Slice slice = retention.slice(0, 1000);
        retention.close();
        assertThat(retention.size()).isZero();
        assertThat(Buffers.outstanding()).isEqualTo(before + 1);
        assertThat(content(slice)).isEqualTo(bytes(1000, 9));
        slice.unpin();
    }

    @Test
    void nothingIsUnpinnedTwice() {
        append(new byte[1]);
        Slice slice = retention.slice(0, 1);
        slice.unpin();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(slice::unpin).withMessage("unpinned twice");
    }

    @Test
    void emptyRetentionHoldsNoArray() {
        assertThat(retention.size()).isZero();
        assertThat(Buffers.outstanding()).isEqualTo(before);
    }
}
