package io.relaygate.plugins.http.rules;

import org.jspecify.annotations.Nullable;

/**
 * Which fields, in any case of their letters.
 *
 * @param text as it was written: a name; the first letters of some and {@code *}; or {@code ~} and what all of a name fits
 * @param regex what it has to fit; or null
 */
public record FieldNames(String text, @Nullable Regex regex) {

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if there can be no such field
     */
    public static FieldNames parse(String text) {
        if (text.startsWith("~")) {
            return new FieldNames(text, Regex.inAnyCase(text.substring(1)));
        }
        if (!text.endsWith("*")) {
            FieldRule.requireName(text);
        }
        return new FieldNames(text, null);
    }

    /** Whether it is one name, and no other. */
    boolean isOne() {
        return regex == null && !text.endsWith("*");
    }

    /** Whether this is the name of one. */
    boolean fits(String name) {
        if (regex != null) {
            return regex.fitsAll(name);
        }
        return isOne() ? name.equalsIgnoreCase(text) : name.regionMatches(true, 0, text, 0, text.length() - 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
