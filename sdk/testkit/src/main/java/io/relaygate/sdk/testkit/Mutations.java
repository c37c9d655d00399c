package io.relaygate.sdk.testkit;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Damaged copies of a sample, for parsers: each is read, or refused by the parser's own exception, and costs bounded memory. What comes is
 * the same each time, so a failure can be had again; how many come, and from which seed, say the system properties
 * {@code relaygate.fuzz} and {@code relaygate.fuzz.seed}.
 */
public final class Mutations {

    private static final int INPUTS = 60_000;
    private static final long SEED = 7;

    /** More than reading anything and writing it again takes. */
    private static final long MOST_ALLOCATED = 4 << 20;

    private Mutations() {}

    /** What is tried with each. */
    @FunctionalInterface
    public interface Reading {
        /**
         * Reads them, and asserts what must be true of whatever could be read.
         *
         * @throws IOException the parser's own exception where it refuses them, and no other
         */
        void read(byte[] bytes) throws IOException;
    }

    /** How many inputs are tried: so many, unless the property says otherwise. */
    public static int inputs(int usually) {
        return Integer.getInteger("relaygate.fuzz", usually);
    }

    /** What randomness begins with: this, unless the property says otherwise. */
    public static long seed(long usually) {
        return Long.getLong("relaygate.fuzz.seed", usually);
    }

    /**
     * Tries them: first the sample, which must be taken, then copies of it in which bytes are changed, left out, doubled, or cut off.
     *
     * @param refusal what the parser throws; the end of the input may also be an {@link EOFException}
     * @throws AssertionError with the input in hexadecimal, if anything else is thrown or it takes too much memory
     */
    public static void of(byte[] sample, Class<? extends IOException> refusal, Reading reading) {
        tried(sample, null, reading);
        Random random = new Random(seed(SEED));
        for (int i = inputs(INPUTS); i > 0; i--) {
            tried(damaged(sample, random), refusal, reading);
        }
    }

    private static void tried(byte[] input, @Nullable Class<? extends IOException> refusal, Reading reading) {
        long before = allocated();
        try {
            reading.read(input);
        } catch (IOException e) {
            if (refusal == null || !(refusal.isInstance(e) || e instanceof EOFException)) {
                throw new AssertionError(e + " at " + HexFormat.of().formatHex(input), e);
            }
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            throw new AssertionError(e + " at " + HexFormat.of().formatHex(input), e);
        }
        long cost = allocated() - before;
        if (cost > MOST_ALLOCATED) {
            throw new AssertionError(cost + " bytes of memory for " + HexFormat.of().formatHex(input));
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] damaged(byte[] sample, Random random) {
        byte[] bytes = sample.clone();
        for (int changes = random.nextInt(1, 5); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(8)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> bytes = spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 9)), new byte[0]);
                case 2 -> bytes = spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 9))));
                case 3, 4 -> bytes[at] = (byte) (random.nextInt(2) - 1);
                default -> bytes[at] = (byte) random.nextInt();
            }
        }
        return bytes;
    }

    /** With something else in place of what is between two places. */
    private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + instead.length);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
        return result;
    }
}
