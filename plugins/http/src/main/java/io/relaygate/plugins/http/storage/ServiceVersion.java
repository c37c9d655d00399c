package io.relaygate.plugins.http.storage;

import java.util.regex.Pattern;

/**
 * A version of the storage services, as {@code x-ms-version} says it.
 *
 * @param text a date, {@code 2017-11-09}
 */
public record ServiceVersion(String text) {

    /** What it looks like. */
    public static final String PATTERN = "20[0-9]{2}-[0-9]{2}-[0-9]{2}";

    /** The first in which a string to sign has no length where the body has none, and empty headers count. */
    private static final String OLDEST = "2016-05-31";

    private static final Pattern DATE = Pattern.compile(PATTERN);

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none, or one whose signatures are made in another way
     */
    public static ServiceVersion parse(String text) {
        if (!DATE.matcher(text).matches() || text.compareTo(OLDEST) < 0) {
            throw new IllegalArgumentException("expected a version as `2017-11-09`, not before " + OLDEST + ", found '" + text + "'");
        }
        return new ServiceVersion(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
