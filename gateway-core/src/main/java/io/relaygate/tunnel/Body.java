package io.relaygate.tunnel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The body of a record or frame while it is written; numbers are big-endian, a text is its length (2 bytes) and UTF-8. */
final class Body {

    private static final int LONGEST_TEXT = 512;

    private byte[] bytes = new byte[64];
    private int length = CarrierRecord.HEAD;

    Body number(int size, long value) {
        ensure(size);
        for (int i = size - 1; i >= 0; i--) {
            bytes[length++] = (byte) (value >> (8 * i));
        }
        return this;
    }

    Body bytes(byte[] some) {
        ensure(some.length);
        System.arraycopy(some, 0, bytes, length, some.length);
        length += some.length;
        return this;
    }

    Body versions(Versions versions) {
        return number(2, versions.least()).number(2, versions.most());
    }

    /** Whether a text is not cut. */
    static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_TEXT;
    }

    /** A text that is cut after 512 bytes. */
    Body text(String text) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        byte[] some = all.length <= LONGEST_TEXT ? all : Arrays.copyOf(all, LONGEST_TEXT);
        return number(2, some.length).bytes(some);
    }

    /** Reads a number of 8 bytes that counts something. */
    static long count(ByteBuffer in) {
        return notNegative(in.getLong());
    }

    /** Reads a window: a number of 4 bytes. */
    static int window(ByteBuffer in) {
        return (int) notNegative(in.getInt());
    }

    private static long notNegative(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("a number that is too large");
        }
        return number;
    }

    /** Reads a text. */
    static String text(ByteBuffer in) {
        byte[] some = new byte[in.getShort() & 0xffff];
        if (some.length > in.remaining()) {
            throw new IllegalArgumentException("a text that is longer than its record");
        }
        in.get(some);
        return new String(some, StandardCharsets.UTF_8);
    }

    /** The body alone. */
    byte[] alone() {
        return Arrays.copyOfRange(bytes, CarrierRecord.HEAD, length);
    }

    /** The body with a record's type and length in front. */
    byte[] behindHead(int type) {
        int size = length - CarrierRecord.HEAD;
        bytes[0] = (byte) type;
        bytes[1] = (byte) (size >> 16);
        bytes[2] = (byte) (size >> 8);
        bytes[3] = (byte) size;
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
