package io.relaygate.access;

import io.relaygate.sdk.Caller;

/**
 * Names of callers, with {@code *} for any text.
 *
 * @param text as it was written
 */
public record CallerPattern(String text) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = ".+";

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public static CallerPattern parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("expected a caller's name, found '" + text + "'");
        }
        return new CallerPattern(text);
    }

    /** Whether a caller has such a name, and has proven it: nobody is allowed for being anonymous. */
    public boolean matches(Caller caller) {
        return !caller.isAnonymous() && fits(caller.name());
    }

    /** Whether a name is one of these. */
    public boolean fits(String name) {
        int first = text.indexOf('*');
        if (first < 0) {
            return text.equals(name);
        }
        int last = text.lastIndexOf('*');
        String ending = text.substring(last + 1);
        int end = name.length() - ending.length();
        if (end < first || !name.startsWith(text.substring(0, first)) || !name.endsWith(ending)) {
            return false;
        }
        // What stands between two stars is taken where it comes first: that leaves the most for what follows.
        int at = first;
        for (int star = first; star < last; ) {
            int next = text.indexOf('*', star + 1);
            String part = text.substring(star + 1, next);
            int found = name.indexOf(part, at);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            at = found + part.length();
            star = next;
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
