package io.relaygate.plugins.tds;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A name, or several by {@code *} for any letters. Upper and lower case are one, as they are to most servers. */
final class NamePattern {

    static final NamePattern ALL = new NamePattern("*");

    private final String text;
    private final Pattern pattern;

    private NamePattern(String text) {
        this.text = text;
        String expression = Stream.of(text.toLowerCase(Locale.ROOT).split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        this.pattern = Pattern.compile(expression, Pattern.DOTALL);
    }

    /** Reads one from the configuration. */
    static NamePattern parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty name fits nothing; leave it out for all");
        }
        return new NamePattern(text);
    }

    boolean fits(String name) {
        return pattern.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    /** Whether whatever name fits. */
    boolean isAll() {
        return text.equals("*");
    }

    @Override
    public String toString() {
        return text;
    }
}
