package io.relaygate.plugins.http.callers;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of callers.
 *
 * @param text as it was said
 * @param pattern what fits
 */
public record NamePattern(String text, Pattern pattern) {

    /** Reads one; {@code *} stands for any characters. */
    public static NamePattern parse(String text) {
        return new NamePattern(
                text, Pattern.compile(Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL));
    }

    boolean fits(String name) {
        return pattern.matcher(name).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
