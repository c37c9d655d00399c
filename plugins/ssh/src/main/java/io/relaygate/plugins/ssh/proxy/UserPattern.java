package io.relaygate.plugins.ssh.proxy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * User names that clients ask for. {@code {caller}} is who logs in, any letters; another name in braces is captured, and is of letters,
 * digits, {@code .}, {@code _} and {@code -} alone; {@code {host:web[0-9]}} fits what the regular expression behind the colon does. A pattern without {@code {caller}} is for callers with just such a name.
 */
public final class UserPattern {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "([^{}]|\\{[a-z]+(:[^{}]+)?\\})+";

    private static final String CALLER = "caller";
    private static final Pattern NAME = Pattern.compile("\\{([a-z]+)(?::([^{}]+))?}");

    private final String text;
    private final List<String> names;
    private final Pattern pattern;

    private UserPattern(String text, List<String> names) {
        this.text = text;
        this.names = names;
        StringBuilder expression = new StringBuilder();
        int end = 0;
        for (MatchResult found : NAME.matcher(text).results().toList()) {
            expression.append(Pattern.quote(text.substring(end, found.start())));
            String own = found.group(2);
            String usual = found.group(1).equals(CALLER) ? ".+" : "[A-Za-z0-9._-]+";
            expression.append("(?<").append(found.group(1)).append('>').append(own == null ? usual : "(?:" + own + ")").append(')');
            end = found.end();
        }
        this.pattern = Pattern.compile(expression.append(Pattern.quote(text.substring(end))).toString(), Pattern.DOTALL);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static UserPattern parse(String text) {
        List<String> names = NAME.matcher(text).results().map(found -> found.group(1)).toList();
        if (text.isEmpty() || NAME.matcher(text).replaceAll("").matches("(?s).*[{}].*")) {
            throw new IllegalArgumentException("expected a user name such as {caller}+web1, found '" + text + "'");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("captures the same name twice, found '" + text + "'");
        }
        if (text.contains("}{")) {
            throw new IllegalArgumentException("needs something between two names in braces, to tell where one ends, found '" + text + "'");
        }
        try {
            return new UserPattern(text, names);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("has a regular expression that is none (" + e.getDescription() + "), found '" + text + "'", e);
        }
    }

    /** The names of what it captures beside the caller. */
    List<String> captures() {
        return names.stream().filter(name -> !name.equals(CALLER)).toList();
    }

    /**
     * What is in a user name; null if it does not fit.
     *
     * @param user at most 255 letters
     */
    @Nullable Found match(String user) {
        Matcher matcher = pattern.matcher(user);
        if (!matcher.matches()) {
            return null;
        }
        Map<String, String> captured = new HashMap<>();
        captures().forEach(name -> captured.put(name, matcher.group(name)));
        return new Found(names.contains(CALLER) ? matcher.group(CALLER) : user, captured);
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * What a user name says.
     *
     * @param caller who logs in
     * @param captured the rest, by its names
     */
    record Found(String caller, Map<String, String> captured) {}
}
