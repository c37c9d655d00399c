package io.relaygate.dist;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Shared access signatures, made here and not by the product, so that the two check each other. */
final class SasTokens {

    private SasTokens() {}

    /** A token for a hybrid connection of a namespace {@code localhost}. */
    static String sign(String hybridConnection, String keyName, String key, Instant until) {
        String resource = URLEncoder.encode("http://localhost/" + hybridConnection, StandardCharsets.UTF_8);
        long expiry = until.getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
            String text = URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8);
            return "SharedAccessSignature sr=%s&sig=%s&se=%d&skn=%s".formatted(resource, text, expiry, keyName);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
