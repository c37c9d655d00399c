package io.relaygate.plugins.ssh.proxy;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A name, or several: {@code *} stands for any letters. */
public final class Wildcard {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = ".+";

    private final String text;
    private final Pattern pattern;

    private Wildcard(String text) {
        this.text = text;
        this.pattern = Pattern.compile(
                Arrays.stream(text.split("\\*+", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public static Wildcard parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a name, in which * stands for any letters, found '" + text + "'");
        }
        return new Wildcard(text);
    }

    /** Whether a name is this one, or one of these. */
    public boolean fits(String name) {
        return pattern.matcher(name).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
