package io.relaygate.dist;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JSON web tokens of an issuer of the tests, and one-time codes. */
final class TestTokens {

    private static final byte[] CODE_KEY = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    private final RSAKey key = key();
    private final RSAKey strange = key();

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("one").generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The issuer's public keys, a JWK set. */
    String keys() {
        return new JWKSet(key).toString();
    }

    /**
     * A token of alice in group ops, but for what is said.
     *
     * @param but claims as {@code NAME=VALUE}; {@code exp} in seconds from now, {@code alg} the algorithm, {@code key=strange}
     *     another's key
     */
    String token(List<String> but) {
        Map<String, String> claims = new HashMap<>(Map.of(
                "iss", "https://issuer.example", "aud", "api://relaygate", "sub", "alice-id", "name", "alice", "groups", "ops", "tid",
                "contoso", "exp", "600", "alg", "RS256"));
        but.forEach(each -> claims.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.parse(claims.remove("alg"))).keyID("one").build();
        RSAKey signer = "strange".equals(claims.remove("key")) ? strange : key;
        JWTClaimsSet.Builder builder =
                new JWTClaimsSet.Builder().expirationTime(Date.from(Instant.now().plusSeconds(Long.parseLong(claims.remove("exp")))));
        claims.forEach((name, value) -> builder.claim(name, name.equals("groups") ? List.of(value) : value));
        SignedJWT token = new SignedJWT(header, builder.build());
        try {
            token.sign(new RSASSASigner(signer));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    /** The code of GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ now; RFC 6238 on its own, so that the gateway's is not compared with itself. */
    static String code() {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(CODE_KEY, "HmacSHA1"));
            byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(Instant.now().getEpochSecond() / 30).array());
            int number = ByteBuffer.wrap(hash).getInt(hash[19] & 15) & 0x7fffffff;
            return "%06d".formatted(number % 1_000_000);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
