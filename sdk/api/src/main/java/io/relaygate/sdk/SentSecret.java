package io.relaygate.sdk;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A secret that a client has sent to prove who it is: a password, a code, a token. {@link #close} wipes it, and its text
 * form says nothing of it.
 */
public final class SentSecret implements AutoCloseable {

    private final char[] characters;
    private boolean wiped;

    private SentSecret(char[] characters) {
        this.characters = characters;
    }

    /** A secret that is kept in this array, which is the secret's from now on. */
    public static SentSecret of(char[] characters) {
        return new SentSecret(characters);
    }

    /**
     * Reads a secret that came as UTF-8, and wipes the bytes.
     *
     * @throws IllegalArgumentException if they are no UTF-8
     */
    public static SentSecret ofUtf8(byte[] bytes) {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            Arrays.fill(decoded.array(), '\0');
            return new SentSecret(characters);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a secret that is no UTF-8", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Uses the secret; the array is not to be kept.
     *
     * @throws IllegalStateException if it has been wiped
     */
    public synchronized <T> T with(Function<char[], T> use) {
        if (wiped) {
            throw new IllegalStateException("the secret has been wiped");
        }
        return use.apply(characters);
    }

    /** Wipes it. */
    @Override
    public synchronized void close() {
        wiped = true;
        Arrays.fill(characters, '\0');
    }

    @Override
    public String toString() {
        return "***";
    }
}
