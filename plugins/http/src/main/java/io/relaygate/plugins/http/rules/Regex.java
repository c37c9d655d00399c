package io.relaygate.plugins.http.rules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.relaygate.plugins.http.wire.MalformedException;

/**
 * A regular expression of RE2, whose time grows with the text alone: clients choose the texts.
 *
 * @param pattern compiled
 */
public record Regex(Pattern pattern) {

    /** As much as a head can have by default. */
    private static final int LONGEST = 64 * 1024;

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Regex parse(String text) {
        try {
            return new Regex(Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression of RE2, found '" + text + "': " + e.getDescription(), e);
        }
    }

    /**
     * Reads one that takes capitals and small letters alike.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Regex inAnyCase(String text) {
        parse(text);
        return new Regex(Pattern.compile(text, Pattern.CASE_INSENSITIVE));
    }

    boolean fitsAll(String text) {
        return pattern.matches(text);
    }

    /** How many captures it has, and the whole. */
    int groups() {
        return pattern.groupCount() + 1;
    }

    /**
     * Puts a text in the place of each part that fits.
     *
     * @throws MalformedException 400, if what comes out is too large
     */
    String replace(String text, Template by, Template.Values values) throws MalformedException {
        Matcher found = pattern.matcher(text);
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (found.find()) {
            whole.append(text, at, found.start()).append(by.with(variable -> variable.kind() == Variable.Kind.CAPTURE
                    ? group(found, Integer.parseInt(variable.name()))
                    : values.of(variable)));
            at = found.end();
            if (whole.length() > LONGEST) {
                throw new MalformedException(400, "a value that a rule makes too large");
            }
        }
        return whole.append(text.substring(at)).toString();
    }

    private static String group(Matcher found, int number) {
        String text = found.group(number);
        return text == null ? "" : text;
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
