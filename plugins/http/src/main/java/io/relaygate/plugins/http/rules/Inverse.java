package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.rules.Template.Piece;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what a pattern has done to a text, for patterns that begin with {@code ^} and have nothing but letters as they are and groups,
 * each of which stands once in the value, beside letters alone. What comes out is right: the pattern makes of it the text again.
 */
final class Inverse {

    private final Regex pattern;
    private final Template value;
    private final Regex found;
    private final Template instead;

    private Inverse(Regex pattern, Template value, Regex found, Template instead) {
        this.pattern = pattern;
        this.value = value;
        this.found = found;
        this.instead = instead;
    }

    /** Of what puts a value in the place of a pattern; null if that cannot be undone. */
    static @Nullable Inverse of(Regex pattern, Template value) {
        List<String> groups = new ArrayList<>();
        List<Piece> parts = parts(pattern.toString(), groups);
        if (parts == null) {
            return null;
        }
        StringBuilder found = new StringBuilder("^");
        List<Integer> places = new ArrayList<>();
        for (Piece piece : value.pieces()) {
            switch (piece) {
                case Piece.Literal(String text) -> found.append(com.google.re2j.Pattern.quote(text));
                case Piece.Place(Variable variable, String otherwise) -> {
                    int number = variable.kind() == Variable.Kind.CAPTURE ? Integer.parseInt(variable.name()) : 0;
                    if (number < 1 || number > groups.size() || places.contains(number) || !otherwise.isEmpty()) {
                        return null;
                    }
                    places.add(number);
                    found.append('(').append(groups.get(number - 1)).append(')');
                }
            }
        }
        if (places.size() < groups.size()) {
            return null;
        }
        String end = pattern.toString().endsWith("$") ? "$" : "";
        try {
            return new Inverse(pattern, value, Regex.parse(found + end), new Template("", renumbered(parts, places)));
        } catch (IllegalArgumentException e) {
            // A group whose end is not where it seems to be.
            return null;
        }
    }

    /** What was the first group of the pattern is another one in the value. */
    private static List<Piece> renumbered(List<Piece> parts, List<Integer> places) {
        return parts.stream().map(part -> part instanceof Piece.Place place
                ? new Piece.Place(capture(places.indexOf(Integer.parseInt(place.variable().name())) + 1), "")
                : part).toList();
    }

    private static Variable capture(int number) {
        return new Variable(Variable.Kind.CAPTURE, Integer.toString(number));
    }

    /** The letters and groups of a pattern, in order; null if it has anything else. Of a group, what is in its parentheses is added to the others. */
    private static @Nullable List<Piece> parts(String pattern, List<String> groups) {
        List<Piece> parts = new ArrayList<>();
        if (!pattern.startsWith("^")) {
            return null;
        }
        int at = 1;
        while (at < pattern.length() && !pattern.substring(at).equals("$")) {
            char c = pattern.charAt(at);
            int end = c == '(' ? closing(pattern, at) : c == '\\' ? at + 2 : at + 1;
            if (end < 0 || end > pattern.length() || (end < pattern.length() && "*+?{".indexOf(pattern.charAt(end)) >= 0)) {
                return null;
            }
            char letter = pattern.charAt(end - 1);
            if (c == '(') {
                groups.add(pattern.substring(at + 1, end - 1));
                parts.add(new Piece.Place(capture(groups.size()), ""));
            } else if (c == '\\' ? Character.isLetterOrDigit(letter) : "[]{}.|*+?^$)".indexOf(c) >= 0) {
                return null;
            } else {
                parts.add(new Piece.Literal(String.valueOf(letter)));
            }
            at = end;
        }
        return parts;
    }

    /** Behind the end of a group; -1 if there are others in it, or it is of another kind. */
    private static int closing(String pattern, int from) {
        boolean listed = false;
        for (int i = from + 1; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\') {
                i++;
            } else if (listed || c == '[') {
                listed = c != ']';
            } else if (c == '(' || (c == '?' && i == from + 1)) {
                return -1;
            } else if (c == ')') {
                return i + 1;
            }
        }
        return -1;
    }

    /** The text of which the pattern has made this one; the same text if there is none. */
    String of(String text) {
        try {
            String before = found.replace(text, instead, _ -> "");
            return pattern.replace(before, value, _ -> "").equals(text) ? before : text;
        } catch (MalformedException e) {
            return text;
        }
    }
}
