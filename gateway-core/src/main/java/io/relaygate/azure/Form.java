package io.relaygate.azure;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A form (application/x-www-form-urlencoded) whose values are no Strings; closing wipes it. Not safe for threads. */
final class Form implements AutoCloseable {

    private byte[] bytes = new byte[0];

    /** Adds a value that is no secret. */
    Form put(String name, String value) {
        put(name, value.toCharArray());
        return this;
    }

    /**
     * Adds a value.
     *
     * @param value the caller's to wipe
     * @return true, for callers that have to return something
     */
    boolean put(String name, char[] value) {
        ByteBuffer raw = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
        byte[] encoded = new byte[raw.remaining() * 3];
        int length = 0;
        while (raw.hasRemaining()) {
            int octet = raw.get() & 0xff;
            encoded[length++] = '%';
            encoded[length++] = (byte) Character.toUpperCase(Character.forDigit(octet >> 4, 16));
            encoded[length++] = (byte) Character.toUpperCase(Character.forDigit(octet & 15, 16));
        }
        byte[] prefix = ((bytes.length == 0 ? "" : "&") + name + "=").getBytes(StandardCharsets.US_ASCII);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + prefix.length + length);
        System.arraycopy(prefix, 0, longer, bytes.length, prefix.length);
        System.arraycopy(encoded, 0, longer, bytes.length + prefix.length, length);
        Arrays.fill(encoded, (byte) 0);
        raw.clear();
        while (raw.hasRemaining()) {
            raw.put((byte) 0);
        }
        close();
        bytes = longer;
        return true;
    }

    /** All of it; not a copy. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
