package io.relaygate.plugins.tds;

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

/** Issues JSON web tokens (RFC 7515). */
final class Issuer {

    private final KeyPair pair;

    Issuer() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String encoded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    /** Its keys (RFC 7517). */
    String keys() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"%s\",\"e\":\"%s\"}]}".formatted(encoded(key.getModulus()), encoded(key.getPublicExponent()));
    }

    /** A token of somebody in a group, good for ten minutes. */
    String token(String name, String group) throws GeneralSecurityException {
        String claims = "{\"iss\":\"https://issuer.example\",\"aud\":\"api\",\"sub\":\"%s\",\"groups\":[\"%s\"],\"exp\":%d}"
                .formatted(name, group, Instant.now().plusSeconds(600).getEpochSecond());
        String text = encoded("{\"alg\":\"RS256\",\"kid\":\"one\"}".getBytes(UTF_8)) + "." + encoded(claims.getBytes(UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(UTF_8));
        return text + "." + encoded(signature.sign());
    }
}
