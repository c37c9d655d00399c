package io.relaygate.sdk.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Issues bearer tokens (RFC 7519), for an identity provider with the settings {@code { tokens: { issuer: "https://issuer.example",
 * audiences: [api], groupsClaim: groups, jwksFile: FILE } }} and {@link #keys} in that file. Any thread.
 */
public final class TokenIssuer {

    private final KeyPair pair;

    /** One with a key of its own. */
    public TokenIssuer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String encoded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /** Its public key, as a set of keys (RFC 7517). */
    public String keys() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"%s\",\"e\":\"%s\"}]}".formatted(encoded(key.getModulus()), encoded(key.getPublicExponent()));
    }

    /** A token of somebody in a group, good for ten minutes. */
    public String token(String name, String group) {
        String claims = "{\"iss\":\"https://issuer.example\",\"aud\":\"api\",\"sub\":\"%s\",\"groups\":[\"%s\"],\"exp\":%d}"
                .formatted(name, group, Instant.now().plusSeconds(600).getEpochSecond());
        String text = encoded("{\"alg\":\"RS256\",\"kid\":\"one\"}".getBytes(UTF_8)) + "." + encoded(claims.getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(UTF_8));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with RSA", e);
        }
    }
}
