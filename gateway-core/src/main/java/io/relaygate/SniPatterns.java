package io.relaygate;

import io.relaygate.config.Nearest;
import io.relaygate.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be said of server name patterns without a client: {@code *.blob.{site}.contoso.com}. */
final class SniPatterns {

    /** The names that a pattern can capture. */
    static final Set<String> CAPTURES = Set.of("site", "service");

    private static final Pattern PART = Pattern.compile("\\*|\\{[^{}]*}|[a-z0-9_-]+");
    private static final Pattern LITERAL = Pattern.compile("[a-z0-9_-]+");
    private static final Pattern CAPTURE = Pattern.compile("\\{([^{}]*)}");

    private SniPatterns() {}

    /** Null, or what is wrong with a pattern. */
    static @Nullable String trouble(String pattern) {
        if (!pattern.toLowerCase(Locale.ROOT).equals(pattern)) {
            return "server names are compared in lower case; write it so, found " + Problems.quote(pattern);
        }
        for (String label : labels(pattern)) {
            if (label.isEmpty()) {
                return "has an empty label, found " + Problems.quote(pattern);
            }
            List<String> parts = parts(label);
            if (parts == null) {
                return "a label has letters, digits, '-' and '_', `*` and {name}, found " + Problems.quote(label);
            }
            for (int i = 1; i < parts.size(); i++) {
                if (!isLiteral(parts.get(i)) && !isLiteral(parts.get(i - 1))) {
                    return "nothing tells where " + parts.get(i - 1) + " ends and " + parts.get(i)
                            + " begins, found " + Problems.quote(label);
                }
            }
        }
        return captureTrouble(pattern);
    }

    private static @Nullable String captureTrouble(String pattern) {
        Set<String> seen = new LinkedHashSet<>();
        for (String name : placeholders(pattern)) {
            if (!CAPTURES.contains(name)) {
                return "{site} and {service} can be captured, found '{" + name + "}'" + Nearest.hint(name, CAPTURES);
            }
            if (!seen.add(name)) {
                return "captures {" + name + "} twice";
            }
        }
        return null;
    }

    /** The names in braces, in order. */
    static List<String> placeholders(String template) {
        return CAPTURE.matcher(template).results().map(found -> found.group(1)).toList();
    }

    /**
     * Whether every server name that {@code later} takes is taken by {@code earlier} first. Says no where it cannot tell.
     *
     * @param sites what {site} matches
     * @param services what {service} matches
     */
    static boolean covers(String earlier, String later, Set<String> sites, Set<String> services) {
        List<String> wide = labels(earlier);
        List<String> narrow = labels(later);
        if (wide.size() != narrow.size()) {
            return false;
        }
        for (int i = 0; i < wide.size(); i++) {
            if (!coversLabel(wide.get(i), narrow.get(i), sites, services)) {
                return false;
            }
        }
        return true;
    }

    private static boolean coversLabel(String wide, String narrow, Set<String> sites, Set<String> services) {
        if (wide.equals(narrow) || wide.equals("*")) {
            return true;
        }
        List<String> parts = parts(wide);
        if (parts == null || !LITERAL.matcher(narrow).matches()) {
            return false;
        }
        String expression = parts.stream()
                .map(part -> switch (part) {
                    case "*" -> ".+";
                    case "{site}" -> anyOf(sites);
                    case "{service}" -> anyOf(services);
                    default -> Pattern.quote(part);
                })
                .collect(Collectors.joining());
        return Pattern.matches(expression, narrow);
    }

    private static String anyOf(Set<String> names) {
        return names.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    private static List<String> labels(String pattern) {
        return List.of(pattern.split("\\.", -1));
    }

    /** The parts of a label, or null if it has others. */
    private static @Nullable List<String> parts(String label) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(label);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            parts.add(matcher.group());
            end = matcher.end();
        }
        return end == label.length() ? parts : null;
    }

    private static boolean isLiteral(String part) {
        return LITERAL.matcher(part).matches();
    }
}
