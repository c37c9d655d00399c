package io.relaygate.access;

import io.relaygate.sdk.Caller;
import java.util.regex.Pattern;

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
        return !caller.proof().equals(Caller.ANONYMOUS.proof()) && fits(caller.name());
    }

    /** Whether a name is one of these. */
    public boolean fits(String name) {
        int star = text.indexOf('*');
        if (star < 0) {
            return text.equals(name);
        }
        String regex = Pattern.compile("\\*").splitAsStream(text + " ")
                .map(Pattern::quote)
                .reduce((a, b) -> a + ".*" + b)
                .orElse("");
        return Pattern.compile(regex, Pattern.DOTALL).matcher(name + " ").matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
