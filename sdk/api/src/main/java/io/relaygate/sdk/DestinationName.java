package io.relaygate.sdk;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a destination: one declared under {@code destinations:}, or a service at a site, written
 * {@code site/service}.
 *
 * @param site the site, or null for a destination of this gateway
 * @param name the destination, or the service at the site
 */
public record DestinationName(@Nullable String site, String name) {

    private static final Pattern WORD = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

    /** Checks both words. */
    public DestinationName {
        requireWord(name);
        if (site != null) {
            requireWord(site);
        }
    }

    /**
     * Reads {@code name} or {@code site/service}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static DestinationName parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new DestinationName(null, text)
                : new DestinationName(text.substring(0, slash), text.substring(slash + 1));
    }

    private static void requireWord(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException("a name has 1 to 63 lower-case letters, digits, '.', '_' or '-' and "
                    + "begins and ends with a letter or digit, found '" + word + "'");
        }
    }

    @Override
    public String toString() {
        return site == null ? name : site + "/" + name;
    }
}
