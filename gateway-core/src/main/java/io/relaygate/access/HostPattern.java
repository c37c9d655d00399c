package io.relaygate.access;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts: one name, {@code *.corp.contoso.com} for every name below another, or {@code *} for every name. An
 * address is no name.
 *
 * @param text the pattern in lower case
 */
public record HostPattern(String text) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "\\*|(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*";

    private static final Pattern FORM = Pattern.compile(PATTERN);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*");

    /** RFC 1035 section 2.3.4, without the root's label. */
    private static final int LONGEST = 253;

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static HostPattern parse(String text) {
        if (isAddress(text)) {
            throw new IllegalArgumentException("addresses are for `networks`, found '" + text + "'");
        }
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("expected a host's name, or *. and what all names end with, found '" + text + "'");
        }
        return new HostPattern(text.toLowerCase(Locale.ROOT));
    }

    /**
     * A host as a client names it in the one form that is matched and looked up: in lower case, and without the root's dot.
     *
     * @return null if it can be neither a name nor an address
     */
    public static @Nullable String name(String asked) {
        String name = asked.endsWith(".") ? asked.substring(0, asked.length() - 1) : asked;
        boolean isOne = isAddress(name) || (name.length() <= LONGEST && NAME.matcher(name).matches());
        return isOne ? name.toLowerCase(Locale.ROOT) : null;
    }

    /** Whether a text is an IPv4 or IPv6 address. */
    public static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a name, in the form of {@link #name}, is one of these. */
    public boolean matches(String name) {
        if (isAddress(name)) {
            return false;
        }
        return text.startsWith("*") ? name.length() >= text.length() && name.endsWith(text.substring(1)) : name.equals(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
