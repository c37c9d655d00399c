package io.relaygate.doctor;

import java.util.Locale;

/**
 * One thing that was looked at; one line, without secrets.
 *
 * @param what was looked at, in words of the configuration
 * @param found what was found
 * @param todo what to do about it; empty if there is nothing
 */
public record Finding(Level level, String what, String found, String todo) {

    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK("ok"),
        /** Not looked at; the finding says why. */
        SKIP("skip"),
        /** Works, and should be another. */
        WARN("warn"),
        /** Does not work. */
        FAIL("FAIL");

        private final String word;

        Level(String word) {
            this.word = word;
        }
    }

    /** Something that is as it should be. */
    public static Finding ok(String what, String found) {
        return new Finding(Level.OK, what, found, "");
    }

    static Finding skip(String what, String why) {
        return new Finding(Level.SKIP, what, why, "");
    }

    /** Something that works, and should be another. */
    public static Finding warn(String what, String found, String todo) {
        return new Finding(Level.WARN, what, found, todo);
    }

    /** Something that does not work. */
    public static Finding fail(String what, String found, String todo) {
        return new Finding(Level.FAIL, what, found, todo);
    }

    /**
     * Something that does not work, where a message says, behind its first semicolon, what to do.
     *
     * @param otherwise what to do if it does not say
     */
    static Finding advised(String what, String message, String otherwise) {
        String[] parts = message.split("; ", 2);
        return fail(what, parts[0], parts.length == 1 ? otherwise : parts[1]);
    }

    /** {@code FAIL  what: found; what to do: todo}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-4s  %s: %s", level.word, what, found) + (todo.isEmpty() ? "" : "; what to do: " + todo);
    }
}
