package io.relaygate.observe;

/**
 * A line of a log of a protocol's own: longer than other values may be, because it has several texts of clients in it.
 *
 * @param text not escaped
 */
record LogLine(String text) {

    /** How many characters are kept. */
    static final int LIMIT = 2048;

    @Override
    public String toString() {
        return text;
    }
}
