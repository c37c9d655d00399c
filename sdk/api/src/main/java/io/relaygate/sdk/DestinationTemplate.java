package io.relaygate.sdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a destination, or {@code site/service}, in which {@code {name}} stands for what was captured: by a route's conditions, or by
 * a plugin's own. As a component of settings it is checked like a {@link DestinationName}: something declared must be meant.
 *
 * @param text as it is written
 */
public record DestinationTemplate(String text) {

    private static final Pattern NAME = Pattern.compile("\\{([^{}]*)}");

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it can be the name of no destination
     */
    public static DestinationTemplate parse(String text) {
        try {
            DestinationName.parse(NAME.matcher(text).replaceAll("x"));
            return new DestinationTemplate(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected a destination or site/service, found '" + text + "'", e);
        }
    }

    /** The names that stand for captures, in their order. */
    public List<String> names() {
        return NAME.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** The destination that is meant, or empty if what was captured makes no name or is not all that is needed. */
    public Optional<DestinationName> fill(Map<String, String> captures) {
        if (text.indexOf('{') < 0) {
            return Optional.of(DestinationName.parse(text));
        }
        StringBuilder filled = new StringBuilder();
        int end = 0;
        for (MatchResult found : NAME.matcher(text).results().toList()) {
            String value = captures.get(found.group(1));
            if (value == null) {
                return Optional.empty();
            }
            filled.append(text, end, found.start()).append(value);
            end = found.end();
        }
        try {
            return Optional.of(DestinationName.parse(filled.append(text.substring(end)).toString()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a destination, {@code name} or {@code site/service}, can be meant. */
    public boolean canMean(String destination) {
        return Pattern.matches(expression(text), destination);
    }

    /** Whether a service at a site can be meant. */
    public boolean canMeanSite(String site) {
        return text.indexOf('/') > 0 && Pattern.matches(expression(text.substring(0, text.indexOf('/'))), site);
    }

    private static String expression(String template) {
        StringBuilder expression = new StringBuilder();
        int end = 0;
        Matcher matcher = NAME.matcher(template);
        while (matcher.find()) {
            expression.append(Pattern.quote(template.substring(end, matcher.start()))).append("[^/]+");
            end = matcher.end();
        }
        return expression.append(Pattern.quote(template.substring(end))).toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
