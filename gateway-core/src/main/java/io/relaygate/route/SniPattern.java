package io.relaygate.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern for the server name of a TLS ClientHello: literal text, {@code *} for text within one label, and
 * {@code {name}} for text within one label that is captured.
 */
public final class SniPattern {

    private static final Pattern PART = Pattern.compile("\\*|\\{([a-z]+)}|[a-z0-9._-]+");

    private final String text;
    private final Pattern pattern;
    private final List<String> names;

    private SniPattern(String text, Pattern pattern, List<String> names) {
        this.text = text;
        this.pattern = pattern;
        this.names = names;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if the text is none; the message says why
     */
    public static SniPattern parse(String text) {
        StringBuilder regex = new StringBuilder();
        List<String> names = new ArrayList<>();
        Matcher parts = PART.matcher(text.toLowerCase(Locale.ROOT));
        int end = 0;
        while (parts.find() && parts.start() == end) {
            end = parts.end();
            if (parts.group().equals("*")) {
                regex.append("[^.]+");
            } else if (parts.group(1) != null) {
                if (names.contains(parts.group(1))) {
                    throw new IllegalArgumentException("captures {" + parts.group(1) + "} twice");
                }
                names.add(parts.group(1));
                regex.append("([^.]+)");
            } else {
                regex.append(Pattern.quote(parts.group()));
            }
        }
        if (end != text.length() || text.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a host name with `*` or {name} in place of text within a label, found '" + text + "'");
        }
        return new SniPattern(text, Pattern.compile(regex.toString()), List.copyOf(names));
    }

    /** The names that it captures, in their order. */
    public List<String> names() {
        return names;
    }

    /**
     * Compares a server name.
     *
     * @param serverName in lower case
     * @return what was captured, or empty if it does not match
     */
    public Optional<Map<String, String>> match(String serverName) {
        Matcher matcher = pattern.matcher(serverName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> captures = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            captures.put(names.get(i), matcher.group(i + 1));
        }
        return Optional.of(captures);
    }

    @Override
    public String toString() {
        return text;
    }
}
