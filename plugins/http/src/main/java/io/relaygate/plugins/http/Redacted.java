package io.relaygate.plugins.http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses for the log, without the secrets that some carry. */
final class Redacted {

    /** Of shared access signatures, OAuth 2.0 (RFC 6749, RFC 6750) and what people call their keys. */
    private static final Set<String> SECRET = Set.of(
            "sig", "skt", "code", "state", "token", "access_token", "refresh_token", "id_token", "client_secret", "client_assertion",
            "password", "passwd", "pwd", "secret", "key", "api_key", "apikey", "api-key", "subscription-key", "x-api-key", "signature",
            "x-amz-signature", "x-amz-security-token");

    private static final Pattern PARAMETER = Pattern.compile("([?&;#])([^=&;#]*)=([^&;#]*)");
    private static final Pattern PASSWORD = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#@]*@");

    private Redacted() {}

    /**
     * A target or an address.
     *
     * @param more parameters that are secret too, in lower case
     */
    static String address(String text, Set<String> more) {
        Matcher parameter = PARAMETER.matcher(PASSWORD.matcher(text).replaceFirst("$1***@"));
        return parameter.replaceAll(found -> Matcher.quoteReplacement(
                isSecret(found.group(2), more) ? found.group(1) + found.group(2) + "=***" : found.group()));
    }

    private static boolean isSecret(String name, Set<String> more) {
        String plain = name.replace("%5F", "_").replace("%5f", "_").replace("%2D", "-").replace("%2d", "-").toLowerCase(Locale.ROOT);
        // A name that is written in a way of its own could be any.
        return SECRET.contains(plain) || more.contains(plain) || plain.indexOf('%') >= 0;
    }
}
