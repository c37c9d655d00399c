package io.relaygate.plugins.http.wire;

import java.net.InetAddress;
import java.util.Locale;

/**
 * Where a request is sent to, as {@code Host} says it (RFC 9110 section 7.2).
 *
 * @param host a name in lower case, without a dot at its end; or an address, with brackets if it is of IPv6
 * @param port the port; -1 if none is said
 */
public record Authority(String host, int port) {

    private static final int LONGEST = 255 + ":65535".length();

    /**
     * Reads one.
     *
     * @throws MalformedException 400, if it is none, or has user information
     */
    public static Authority parse(String text) throws MalformedException {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        String host = end <= 0 ? text.startsWith("[") || end == 0 ? "" : text : text.substring(0, end);
        boolean good = text.startsWith("[") ? isBracketed(host) : isName(host);
        if (!good || text.length() > LONGEST) {
            throw new MalformedException(400, "Host is no host");
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return new Authority(name.toLowerCase(Locale.ROOT), port(text.substring(host.length())));
    }

    private static int port(String text) throws MalformedException {
        if (text.isEmpty() || text.equals(":")) {
            return -1;
        }
        int port = 0;
        for (int i = 1; i < text.length(); i++) {
            port = Chars.isDigit(text.charAt(i)) ? port * 10 + text.charAt(i) - '0' : -1;
            if (port < 0 || port > 65535) {
                throw new MalformedException(400, "Host has no such port");
            }
        }
        if (text.charAt(0) != ':') {
            throw new MalformedException(400, "Host is no host");
        }
        if (port == 0) {
            throw new MalformedException(400, "Host has no such port");
        }
        return port;
    }

    /** A name of DNS, with the underscores that some have, or an address of IPv4. */
    private static boolean isName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean dot = c == '.';
            if (dot ? i == 0 || host.charAt(i - 1) == '.' : !(c == '-' || c == '_' || isAlphanumeric(c))) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    private static boolean isAlphanumeric(char c) {
        return Chars.isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isBracketed(String host) {
        for (int i = 1; i < host.length() - 1; i++) {
            char c = host.charAt(i);
            if (c > 0x7f || (c != ':' && c != '.' && Character.digit(c, 16) < 0)) {
                return false;
            }
        }
        try {
            return host.indexOf(':') > 0 && InetAddress.ofLiteral(host.substring(1, host.length() - 1)).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The port, or the one that a scheme has where none is said. */
    public int port(boolean https) {
        return port >= 0 ? port : https ? 443 : 80;
    }

    @Override
    public String toString() {
        return port < 0 ? host : host + ":" + port;
    }
}
