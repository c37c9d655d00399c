package io.relaygate.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a configuration writes them: a whole number with {@code ms}, {@code s}, {@code m} or {@code h}. */
public final class Durations {

    /** The form, as a regular expression that Java and JSON schema both understand. */
    static final String PATTERN = "[0-9]{1,9}(ms|s|m|h)";

    private static final Pattern FORM = Pattern.compile(PATTERN);

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a duration such as 500ms, 30s, 5m or 2h, found " + Problems.quote(text));
        }
        String unit = matcher.group(1);
        long amount = Long.parseLong(text.substring(0, text.length() - unit.length()));
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }
}
