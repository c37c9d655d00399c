package io.relaygate.route;

import io.relaygate.config.Nearest;
import io.relaygate.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for the server name of a TLS ClientHello, {@code *.blob.{site}.contoso.com}: literal text, {@code *} for
 * text within one label, {@code {site}} and {@code {service}} for text within one label that is captured.
 */
public final class SniPattern {

    private static final Set<String> CAPTURES = Set.of("site", "service");
    private static final Pattern PART = Pattern.compile("\\*|\\{[^{}]*}|[a-z0-9_-]+");
    private static final Pattern LITERAL = Pattern.compile("[a-z0-9_-]+");

    private final String text;
    /** The parts of each label. */
    private final List<List<String>> labels;

    private final List<String> names;
    private final Pattern pattern;

    private SniPattern(String text, List<List<String>> labels, List<String> names) {
        this.text = text;
        this.labels = labels;
        this.names = names;
        this.pattern = Pattern.compile(labels.stream()
                .map(label -> label.stream()
                        .map(part -> isLiteral(part) ? Pattern.quote(part) : part.equals("*") ? "[^.]+" : "([^.]+)")
                        .collect(Collectors.joining()))
                .collect(Collectors.joining("\\.")));
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if the text is none; the message says why
     */
    public static SniPattern parse(String text) {
        if (!text.toLowerCase(Locale.ROOT).equals(text)) {
            throw new IllegalArgumentException(
                    "server names are compared in lower case; write it so, found " + Problems.quote(text));
        }
        List<List<String>> labels = new ArrayList<>();
        for (String label : text.split("\\.", -1)) {
            if (label.isEmpty()) {
                throw new IllegalArgumentException("has an empty label, found " + Problems.quote(text));
            }
            labels.add(parts(label));
        }
        return new SniPattern(text, labels, names(labels));
    }

    private static List<String> parts(String label) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(label);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            String part = matcher.group();
            if (!parts.isEmpty() && !isLiteral(part) && !isLiteral(parts.getLast())) {
                throw new IllegalArgumentException("nothing tells where " + parts.getLast() + " ends and " + part
                        + " begins, found " + Problems.quote(label));
            }
            parts.add(part);
            end = matcher.end();
        }
        if (end != label.length()) {
            throw new IllegalArgumentException(
                    "a label has letters, digits, '-' and '_', `*` and {name}, found " + Problems.quote(label));
        }
        return parts;
    }

    private static List<String> names(List<List<String>> labels) {
        Set<String> names = new LinkedHashSet<>();
        for (List<String> label : labels) {
            for (String part : label) {
                String name = nameOf(part);
                if (name != null && !CAPTURES.contains(name)) {
                    throw new IllegalArgumentException(
                            "{site} and {service} can be captured, found '{" + name + "}'" + Nearest.hint(name, CAPTURES));
                }
                if (name != null && !names.add(name)) {
                    throw new IllegalArgumentException("captures {" + name + "} twice");
                }
            }
        }
        return List.copyOf(names);
    }

    private static @Nullable String nameOf(String part) {
        return part.startsWith("{") ? part.substring(1, part.length() - 1) : null;
    }

    private static boolean isLiteral(String part) {
        return LITERAL.matcher(part).matches();
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

    /**
     * Whether every server name that {@code later} takes is taken by this pattern. Says no where it cannot tell.
     *
     * @param declared what each capture can be, by its name
     */
    public boolean covers(SniPattern later, Map<String, Set<String>> declared) {
        if (labels.size() != later.labels.size()) {
            return false;
        }
        for (int i = 0; i < labels.size(); i++) {
            if (!covers(labels.get(i), later.labels.get(i), declared)) {
                return false;
            }
        }
        return true;
    }

    private static boolean covers(List<String> wide, List<String> narrow, Map<String, Set<String>> declared) {
        if (wide.equals(narrow) || wide.equals(List.of("*"))) {
            return true;
        }
        String expression = wide.stream()
                .map(part -> {
                    String name = nameOf(part);
                    return name != null
                            ? anyOf(declared.getOrDefault(name, Set.of()))
                            : part.equals("*") ? ".+" : Pattern.quote(part);
                })
                .collect(Collectors.joining());
        return narrow.size() == 1 && isLiteral(narrow.getFirst()) && Pattern.matches(expression, narrow.getFirst());
    }

    private static String anyOf(Set<String> names) {
        return names.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    @Override
    public String toString() {
        return text;
    }
}
