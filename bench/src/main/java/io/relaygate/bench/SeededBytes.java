package io.relaygate.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A stream of bytes without end, each of which depends on its place: a byte that is lost, doubled or out of order shows.
 *
 * @param seed streams of different seeds differ
 */
record SeededBytes(long seed) {

    /** The first {@code length} bytes of {@code into} become those of the stream from {@code position} on. */
    void fill(byte[] into, int length, long position) {
        int done = 0;
        while (done < length && (position + done) % Long.BYTES != 0) {
            into[done] = at(position + done);
            done++;
        }
        ByteBuffer words = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
        for (; length - done >= Long.BYTES; done += Long.BYTES) {
            words.putLong(done, word((position + done) / Long.BYTES));
        }
        for (; done < length; done++) {
            into[done] = at(position + done);
        }
    }

    /**
     * Compares bytes with those of the stream.
     *
     * @param scratch at least as long
     * @return how many of them are right up to the first that is not; {@code length} if all are
     */
    int right(byte[] bytes, int length, long position, byte[] scratch) {
        fill(scratch, length, position);
        int difference = Arrays.mismatch(bytes, 0, length, scratch, 0, length);
        return difference < 0 ? length : difference;
    }

    private byte at(long position) {
        return (byte) (word(position / Long.BYTES) >>> (8 * (position % Long.BYTES)));
    }

    /** SplitMix64. */
    private long word(long number) {
        long z = seed + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
