package io.relaygate.azure;

import io.relaygate.net.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * What an application shows in place of a secret: a JSON web token that its certificate's key has signed (RFC 7523 section 2.2, with PS256
 * and {@code x5t#S256}, as the Microsoft identity platform describes it under "certificate credentials").
 */
final class ClientAssertion {

    private static final Duration LIFE = Duration.ofMinutes(10);
    /** Clocks of a farm of servers differ a little. */
    private static final Duration EARLIER = Duration.ofSeconds(30);

    private ClientAssertion() {}

    /**
     * Makes one. The files are read now, so that a new certificate takes effect at once.
     *
     * @param clientId letters, digits, dots and hyphens
     * @param audience the token endpoint, an address without quotes
     * @param now the time of who checks it
     * @throws IOException if the files cannot be used; the message says why
     */
    static char[] sign(Path certificate, Path key, String clientId, String audience, Instant now) throws IOException {
        PemFiles files = read(certificate, key);
        try {
            byte[] print = MessageDigest.getInstance("SHA-256").digest(files.chain().getFirst().getEncoded());
            String head = "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"" + base64(print) + "\"}";
            long from = now.minus(EARLIER).getEpochSecond();
            String claims = "{\"aud\":\"" + audience + "\",\"iss\":\"" + clientId + "\",\"sub\":\"" + clientId + "\",\"jti\":\"" + UUID.randomUUID()
                    + "\",\"iat\":" + from + ",\"nbf\":" + from + ",\"exp\":" + now.plus(LIFE).getEpochSecond() + "}";
            String signed = base64(head.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            signature.initSign(files.key());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return (signed + "." + base64(signature.sign())).toCharArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("clientCertificate: the key of " + certificate + " cannot sign: " + e.getMessage(), e);
        }
    }

    /**
     * Says whether files will do.
     *
     * @throws IllegalArgumentException with the reason
     */
    static void check(Path certificate, Path key) {
        try {
            read(certificate, key);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static PemFiles read(Path certificate, Path key) throws IOException {
        PemFiles files;
        try {
            files = PemFiles.read(certificate, key);
        } catch (IOException e) {
            throw new IOException("clientCertificate: " + e.getMessage(), e);
        }
        if (!files.key().getAlgorithm().equals("RSA")) {
            throw new IOException("clientCertificate: Microsoft Entra takes RSA keys alone, and that of " + certificate + " is " + files.key().getAlgorithm());
        }
        return files;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
