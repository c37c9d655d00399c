package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an HTTP proxy is, or that there is none.
 *
 * @param secured whether TLS is spoken with it
 * @param address null for none
 */
public record ProxyUrl(boolean secured, @Nullable HostPort address) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "direct|https?://(\\[[0-9A-Fa-f:.]+\\]|[^\\s/\\[\\]@:]+)(:[0-9]{1,5})?/?";

    private static final Pattern FORM =
            Pattern.compile("(?<scheme>(?i:https?))://(?<host>\\[[0-9A-Fa-f:.]+\\]|[^\\s/\\[\\]@:?#]+)(:(?<port>[0-9]{1,5}))?/?");

    /** No proxy. */
    static final ProxyUrl DIRECT = new ProxyUrl(false, null);

    /**
     * Reads {@code http://HOST:PORT}, {@code https://HOST:PORT} or {@code direct}. Without a port it is the scheme's.
     *
     * @throws IllegalArgumentException if the text is none of them; a login in it is not repeated
     */
    public static ProxyUrl parse(String text) {
        if (text.equals("direct")) {
            return DIRECT;
        }
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException("a login is not written here; give `username:` and `password:`");
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(expected(text));
        }
        boolean secured = parts.group("scheme").equalsIgnoreCase("https");
        String port = parts.group("port");
        String host = parts.group("host").replaceAll("^\\[|]$", "");
        return new ProxyUrl(secured, new HostPort(host, port == null ? secured ? 443 : 80 : Integer.parseInt(port)));
    }

    /** Whether there is none. */
    boolean isDirect() {
        return address == null;
    }

    /** Where it is; there is one. */
    HostPort host() {
        return Objects.requireNonNull(address);
    }

    private static String expected(String text) {
        return "expected http://HOST:PORT, https://HOST:PORT or direct, found '" + text + "'";
    }

    @Override
    public String toString() {
        return address == null ? "direct" : (secured ? "https://" : "http://") + address;
    }
}
