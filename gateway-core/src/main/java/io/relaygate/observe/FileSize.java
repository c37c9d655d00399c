package io.relaygate.observe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a file may be, as a configuration writes it: a whole number with {@code KiB}, {@code MiB} or {@code GiB}.
 *
 * @param bytes at least 1
 */
public record FileSize(long bytes) {

    /** The form, as a regular expression that Java and JSON schema both understand. */
    public static final String PATTERN = "[1-9][0-9]{0,6}(KiB|MiB|GiB)";

    private static final Pattern FORM = Pattern.compile(PATTERN);

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static FileSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a size such as 512KiB, 100MiB or 2GiB, found '" + Escaped.capped(text, 40) + "'");
        }
        String unit = matcher.group(1);
        long amount = Long.parseLong(text.substring(0, text.length() - unit.length()));
        return new FileSize(amount << switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            default -> 30;
        });
    }
}
