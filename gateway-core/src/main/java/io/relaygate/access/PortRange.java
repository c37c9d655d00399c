package io.relaygate.access;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports from one to another, both included.
 *
 * @param first 1 to 65535
 * @param last not less
 */
public record PortRange(int first, int last) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "[0-9]{1,5}(-[0-9]{1,5})?";

    /** Whether a plain number is one too, for the JSON schema of the configuration. */
    public static final boolean NUMBER = true;

    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int MOST = 65535;

    /**
     * Reads {@code 1433} or {@code 11000-11999}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static PortRange parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("expected a port, or two with - between them, found '" + text + "'");
        }
        int first = Integer.parseInt(form.group(1));
        int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
        if (first < 1 || last > MOST || first > last) {
            throw new IllegalArgumentException("ports are 1 to 65535, the lower one first, found '" + text + "'");
        }
        return new PortRange(first, last);
    }

    /** Whether a port is among them. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
