package io.relaygate.sdk;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The fingerprint of a certificate: the SHA-256 of its DER encoding, as {@code openssl x509 -noout -fingerprint -sha256} prints it.
 *
 * @param text {@code sha256:} and 64 hexadecimal digits, in lower case
 */
public record Fingerprint(String text) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "sha256:([0-9A-Fa-f]{64}|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31})";

    private static final Pattern FORM = Pattern.compile(PATTERN);

    /**
     * Reads one, whose bytes may have colons between them.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Fingerprint parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("expected the fingerprint of a certificate, sha256: and 64 hexadecimal digits as "
                    + "`openssl x509 -noout -fingerprint -sha256` prints them, found '" + text + "'");
        }
        String digits = text.substring(text.indexOf(':') + 1).replace(":", "");
        return new Fingerprint("sha256:" + digits.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return text;
    }
}
