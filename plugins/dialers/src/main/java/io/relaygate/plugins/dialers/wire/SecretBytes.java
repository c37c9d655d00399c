package io.relaygate.plugins.dialers.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Secrets as bytes, of which no copy is left behind. */
final class SecretBytes {

    private static final int MOST_OF_ONE = 3;

    private SecretBytes() {}

    /** In UTF-8; the caller wipes the result. */
    static byte[] of(char[] secret) {
        ByteBuffer encoded = ByteBuffer.allocate(secret.length * MOST_OF_ONE);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(secret), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }

    /** One after the other. */
    static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
