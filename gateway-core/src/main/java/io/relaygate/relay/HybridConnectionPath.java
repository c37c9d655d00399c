package io.relaygate.relay;

import java.util.regex.Pattern;

/** The path of a hybrid connection: one or several segments, without slashes at its ends. */
public final class HybridConnectionPath {

    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z_.-]+(?:/[0-9A-Za-z_.-]+)*");

    private static final int MAX_LENGTH = 260;

    private HybridConnectionPath() {}

    /**
     * Returns the path if it is one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static String require(String path) {
        if (path.length() > MAX_LENGTH || !FORM.matcher(path).matches()) {
            throw new IllegalArgumentException("the path of a hybrid connection has letters, digits, '.', '_', '-' and "
                    + "single '/' between them, at most " + MAX_LENGTH + " characters");
        }
        return path;
    }
}
