package io.relaygate.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects everything that is wrong, so that it can be told at once. Not thread safe. */
public final class Problems {

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparing(Problem::file).thenComparingInt(Problem::line).thenComparingInt(Problem::column);
    private static final int LONGEST_QUOTE = 80;

    private final List<Problem> found = new ArrayList<>();

    /**
     * Adds a problem.
     *
     * @param at where
     * @param path which setting; empty for the file as a whole
     * @param message what is wrong and what to do; control characters are escaped
     */
    public void add(Place at, String path, String message) {
        found.add(new Problem(at.file().toString(), at.line(), at.column(), escape(path), escape(message)));
    }

    /** Whether nothing is wrong so far. */
    public boolean none() {
        return found.isEmpty();
    }

    /** How much is wrong so far. */
    public int count() {
        return found.size();
    }

    /** Everything that is wrong, by file, line and column. */
    public List<Problem> all() {
        return found.stream().sorted(BY_PLACE).toList();
    }

    /** A text from the configuration in quotes, shortened to 80 characters. */
    public static String quote(String text) {
        if (text.length() <= LONGEST_QUOTE) {
            return "'" + text + "'";
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_QUOTE - 1)) ? LONGEST_QUOTE - 1 : LONGEST_QUOTE;
        return "'" + text.substring(0, end) + "...'";
    }

    private static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
