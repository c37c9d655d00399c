package io.relaygate.plugins.http.storage;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names of containers, queues or tables that are open.
 *
 * @param begin the name, or what names begin with; in lower case, as tables are the same in any
 * @param open whether anything may follow
 */
public record NameRule(String begin, boolean open) {

    /** What it looks like. */
    public static final String PATTERN = "(?:[$A-Za-z0-9-]{1,63}\\*?|\\*)";

    private static final Pattern RULE = Pattern.compile(PATTERN);

    /**
     * Reads {@code name}, {@code prefix*} or {@code *}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static NameRule parse(String text) {
        if (!RULE.matcher(text).matches()) {
            throw new IllegalArgumentException("expected the name of a container, queue or table, `prefix*` or `*`, found '" + text + "'");
        }
        boolean open = text.endsWith("*");
        String begin = open ? text.substring(0, text.length() - 1) : text;
        return new NameRule(begin.toLowerCase(Locale.ROOT), open);
    }

    /** Whether it fits every name. */
    boolean fitsAll() {
        return open && begin.isEmpty();
    }

    boolean fits(String name) {
        String asked = name.toLowerCase(Locale.ROOT);
        return open ? asked.startsWith(begin) : asked.equals(begin);
    }

    @Override
    public String toString() {
        return open ? begin + "*" : begin;
    }
}
