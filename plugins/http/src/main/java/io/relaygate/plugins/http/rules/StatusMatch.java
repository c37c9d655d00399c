package io.relaygate.plugins.http.rules;

/**
 * What a status has to be.
 *
 * @param from the smallest
 * @param to the largest
 */
public record StatusMatch(int from, int to) {

    /** What it looks like. */
    public static final String PATTERN = "[1-9]([0-9][0-9]|xx)";

    /** A number without quotes is one too. */
    public static final String NUMBER = "";

    /**
     * Reads {@code 404} or {@code 5xx}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static StatusMatch parse(String text) {
        if (!text.matches(PATTERN)) {
            throw new IllegalArgumentException("expected a status as `404` or `5xx`, found '" + text + "'");
        }
        return new StatusMatch(Integer.parseInt(text.replace('x', '0')), Integer.parseInt(text.replace('x', '9')));
    }

    boolean fits(int status) {
        return from <= status && status <= to;
    }

    @Override
    public String toString() {
        return from == to ? Integer.toString(from) : from / 100 + "xx";
    }
}
