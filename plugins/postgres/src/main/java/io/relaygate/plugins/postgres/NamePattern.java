package io.relaygate.plugins.postgres;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A name, or several by {@code *} for any letters.
 *
 * @param text as it is written
 */
record NamePattern(String text) {

    static final NamePattern ALL = new NamePattern("*");

    NamePattern {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty name fits nothing; leave it out for all");
        }
    }

    /** Reads one from the configuration. */
    static NamePattern parse(String text) {
        return new NamePattern(text);
    }

    boolean fits(String name) {
        String pattern = Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(name).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
