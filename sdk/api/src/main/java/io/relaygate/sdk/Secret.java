package io.relaygate.sdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A secret that the configuration names by reference, {@code ${file:NAME}}, {@code ${env:NAME}} or
 * {@code ${keyvault:VAULT/SECRET}}. It is read when it is used, so that a rotated file takes effect at once, and its text form is the reference and never the secret.
 */
public interface Secret {

    /**
     * Uses the secret's present value; the characters are wiped when {@code use} returns.
     *
     * @throws IOException if it cannot be read; the message names the reference
     */
    <T> T with(Function<char[], T> use) throws IOException;

    /**
     * The secret's present value in UTF-8, for libraries and protocols that want bytes; the caller wipes them.
     *
     * @throws IOException as {@link #with} does
     */
    default byte[] utf8() throws IOException {
        return with(characters -> {
            ByteBuffer room = ByteBuffer.allocate(3 * characters.length);
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), room, true);
            byte[] bytes = Arrays.copyOf(room.array(), room.position());
            Arrays.fill(room.array(), (byte) 0);
            return bytes;
        });
    }
}
