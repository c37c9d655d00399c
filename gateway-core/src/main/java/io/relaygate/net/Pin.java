package io.relaygate.net;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The public key by which another gateway is known: Ed25519 (RFC 8032).
 *
 * @param text {@code ed25519:} and its 32 bytes, base64url without padding (RFC 4648 section 5)
 */
public record Pin(String text) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "ed25519:[A-Za-z0-9_-]{43}";

    private static final Pattern FORM = Pattern.compile(PATTERN);
    private static final int LENGTH = 32;

    /** What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 section 4). */
    private static final byte[] HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Pin parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("expected a public key as `relaygate identity` prints it, ed25519: and 43 "
                    + "characters, found '" + text + "'");
        }
        byte[] raw = Base64.getUrlDecoder().decode(text.substring(text.indexOf(':') + 1));
        return of(raw);
    }

    /** The key itself. */
    public PublicKey key() {
        byte[] raw = Base64.getUrlDecoder().decode(text.substring(text.indexOf(':') + 1));
        byte[] encoded = Arrays.copyOf(HEAD, HEAD.length + LENGTH);
        System.arraycopy(raw, 0, encoded, HEAD.length, LENGTH);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /** The pin of a key; null if it is no Ed25519 key. */
    static @Nullable Pin of(PublicKey key) {
        boolean ed25519 = key instanceof EdECPublicKey edwards && edwards.getParams().getName().equals("Ed25519");
        if (!ed25519) {
            return null;
        }
        byte[] encoded = key.getEncoded();
        return of(Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length));
    }

    private static Pin of(byte[] raw) {
        return new Pin("ed25519:" + Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
    }

    @Override
    public String toString() {
        return text;
    }
}
