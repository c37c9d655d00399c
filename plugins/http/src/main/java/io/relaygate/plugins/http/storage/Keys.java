package io.relaygate.plugins.http.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The two keys of an account, of which one may be missing, and which of them was good last. Any thread. */
final class Keys {

    private static final String HMAC = "HmacSHA256";

    private final Secret first;
    private final @Nullable Secret second;
    private volatile boolean preferSecond;

    /**
     * Reads both, to see whether they are keys.
     *
     * @throws IllegalArgumentException if one is none, or none is given
     */
    Keys(@Nullable Secret key1, @Nullable Secret key2) {
        if (key1 == null && key2 == null) {
            throw new IllegalArgumentException("`storage` needs `key1` or `key2`, a key of the account");
        }
        first = key1 == null ? Objects.requireNonNull(key2) : key1;
        second = key1 == null ? null : key2;
        try {
            sign(first, "");
            if (second != null) {
                sign(second, "");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Signs with the key that was good last. */
    String sign(String text) throws IOException {
        return sign(preferSecond && second != null ? second : first, text);
    }

    /**
     * Signs with the key that has not made a signature, and takes that for the good one from now on.
     *
     * @return null if there is but one key
     */
    @Nullable String signOtherwise(String text, String before) throws IOException {
        if (second == null) {
            return null;
        }
        boolean wasFirst = sign(first, text).equals(before);
        preferSecond = wasFirst;
        return sign(wasFirst ? second : first, text);
    }

    /** HMAC-SHA256 of the text in UTF-8, in Base64. */
    private static String sign(Secret key, String text) throws IOException {
        @Nullable String signature = key.with(characters -> hmac(characters, text));
        if (signature == null) {
            throw new IOException("the secret " + key + " is no key of a storage account: expected Base64");
        }
        return signature;
    }

    private static @Nullable String hmac(char[] key, String text) {
        byte[] encoded = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            encoded[i] = key[i] > 0x7e ? (byte) '?' : (byte) key[i];
        }
        byte[] bytes = {};
        try {
            bytes = Base64.getDecoder().decode(encoded);
            if (bytes.length == 0) {
                return null;
            }
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes, HMAC));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (IllegalArgumentException e) {
            return null;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
