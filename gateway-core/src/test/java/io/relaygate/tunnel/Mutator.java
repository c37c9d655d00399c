package io.relaygate.tunnel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes bytes that look like what a peer would say, and are not. */
final class Mutator {

    private static final long[] NUMBERS = {
        0, 1, 2, 3, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 131_072, Integer.MAX_VALUE, 1L << 31, 1L << 32,
        Long.MAX_VALUE, Long.MIN_VALUE, -1
    };

    private final Random random;
    private final List<byte[]> seeds;

    Mutator(Random random, List<byte[]> seeds) {
        this.random = random;
        this.seeds = seeds;
    }

    byte[] next() {
        byte[] bytes = random.nextInt(3) == 0 ? frames() : any();
        for (int n = random.nextInt(5); n > 0 && bytes.length > 0; n--) {
            bytes = mutated(bytes);
        }
        return bytes.length <= 8192 ? bytes : Arrays.copyOf(bytes, 8192);
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] mutated(byte[] from) {
        byte[] bytes = from.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) NUMBERS[random.nextInt(NUMBERS.length)];
            case 2 -> number(bytes, at, 1 << random.nextInt(4));
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + random.nextInt(bytes.length - at), bytes.length));
            }
            case 5 -> {
                int end = at + random.nextInt(bytes.length - at);
                return joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            case 6 -> {
                byte[] other = any();
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length));
            }
            default -> {
                return joined(bytes, frames());
            }
        }
        return bytes;
    }

    private void number(byte[] bytes, int at, int size) {
        long value = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> (8 * (size - 1 - i)));
        }
    }

    /** Frames of all types, for sessions that there are and others, with bodies that fit more or less, in whole records. */
    private byte[] frames() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
            int type = random.nextInt(12) == 0 ? random.nextInt(256) : 1 + random.nextInt(8);
            byte[] body = body(type);
            all.writeBytes(FedEnd.framed(type, random.nextInt(10) == 0 ? random.nextLong() : random.nextInt(6), body));
        }
        return all.toByteArray();
    }

    private byte[] body(int type) {
        byte[] fits = switch (type) {
            case Frame.OPEN -> FedEnd.WHAT.encode((int) NUMBERS[random.nextInt(NUMBERS.length)]);
            case Frame.REFUSED -> Refused.encode(random.nextBoolean() ? "BUSY" : "?", "why");
            case Frame.DATA -> new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 40_000 : 100)];
            case Frame.CREDIT -> ByteBuffer.allocate(8).putLong(NUMBERS[random.nextInt(NUMBERS.length)]).array();
            case Frame.RESET -> new Body().text("no more").alone();
            default -> new byte[0];
        };
        return random.nextInt(12) == 0 ? Arrays.copyOf(fits, random.nextInt(fits.length + 4)) : fits;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
