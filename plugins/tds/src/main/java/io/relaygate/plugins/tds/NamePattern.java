package io.relaygate.plugins.tds;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A name, or several: {@code *} for any letters, {@code {site}} for some without a dot. Upper and lower case are one, as they are to most servers. */
final class NamePattern {

    private static final Pattern SPECIAL = Pattern.compile("\\*|\\{([a-z]+)}");

    private final String text;
    private final List<String> captures;
    private final Pattern pattern;

    private NamePattern(String text) {
        this.text = text;
        this.captures = captures(text);
        StringBuilder expression = new StringBuilder();
        int end = 0;
        for (MatchResult found : SPECIAL.matcher(text).results().toList()) {
            String before = text.substring(end, found.start()).toLowerCase(Locale.ROOT);
            expression.append(Pattern.quote(before)).append(found.group(1) == null ? ".*" : "(?<" + found.group(1) + ">[^.]+)");
            end = found.end();
        }
        this.pattern = Pattern.compile(expression.append(Pattern.quote(text.substring(end).toLowerCase(Locale.ROOT))).toString(), Pattern.DOTALL);
    }

    /**
     * Reads one from the configuration.
     *
     * @throws IllegalArgumentException if it is none
     */
    static NamePattern parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty name fits nothing; leave it out for all");
        }
        List<String> names = captures(text);
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("captures the same name twice, found '" + text + "'");
        }
        return new NamePattern(text);
    }

    private static List<String> captures(String text) {
        return SPECIAL.matcher(text).results().map(found -> found.group(1)).filter(name -> name != null).toList();
    }

    /** The names of what it captures. */
    List<String> captures() {
        return captures;
    }

    boolean fits(String name) {
        return match(name) != null;
    }

    /** What it captures of a name, in lower case; null if the name does not fit. */
    @Nullable Map<String, String> match(String name) {
        Matcher matcher = pattern.matcher(name.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        Map<String, String> found = new HashMap<>();
        captures.forEach(capture -> found.put(capture, matcher.group(capture)));
        return found;
    }

    /** Whether whatever name fits. */
    boolean isAll() {
        return text.equals("*");
    }

    @Override
    public String toString() {
        return text;
    }
}
