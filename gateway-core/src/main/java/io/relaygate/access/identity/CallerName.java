package io.relaygate.access.identity;

/** What can be the name of a caller, or of a group. */
final class CallerName {

    private static final int LONGEST = 256;

    private CallerName() {}

    /** Whether a text has 1 to 256 characters, none of them a control character, and no blank at its ends. */
    static boolean isOne(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST
                && text.equals(text.strip())
                && text.chars().noneMatch(Character::isISOControl);
    }

    /**
     * The same, for files.
     *
     * @throws IllegalArgumentException if it is none
     */
    static void check(String text) {
        if (!isOne(text)) {
            throw new IllegalArgumentException("a name has 1 to " + LONGEST + " characters, no control character, and no blank at its ends");
        }
    }
}
