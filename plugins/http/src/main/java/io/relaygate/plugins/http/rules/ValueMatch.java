package io.relaygate.plugins.http.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value has to be.
 *
 * @param text the value itself; {@code *} for any
 * @param regex what it has to fit instead, all of it; or null
 */
public record ValueMatch(String text, @Nullable Regex regex) {

    private static final String ANY = "*";

    /**
     * Reads {@code value}, {@code *}, or {@code ~} and a regular expression.
     *
     * @throws IllegalArgumentException if the expression is none
     */
    public static ValueMatch parse(String text) {
        return new ValueMatch(text, text.startsWith("~") ? Regex.parse(text.substring(1)) : null);
    }

    /** Whether one of these is. */
    boolean fits(List<String> values) {
        return values.stream().anyMatch(value -> regex == null ? text.equals(ANY) || text.equals(value) : regex.fitsAll(value));
    }

    @Override
    public String toString() {
        return text;
    }
}
