package io.relaygate.plugins.http.rules;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a server name has to be.
 *
 * @param text a name, {@code *.} and a name for all below it, or {@code *} for any; in lower case
 */
public record ServerName(String text) {

    private static final String ANY = "*";

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ServerName parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (!name.matches("\\*|(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*")) {
            throw new IllegalArgumentException("expected a server name, `*.` and a name, or `*`, found '" + text + "'");
        }
        return new ServerName(name);
    }

    /** Whether this name is. */
    boolean fits(@Nullable String name) {
        return name != null && (text.equals(ANY) || text.equals(name) || (text.startsWith(ANY) && name.endsWith(text.substring(1))));
    }

    @Override
    public String toString() {
        return text;
    }
}
