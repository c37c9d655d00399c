package io.relaygate.plugins.http.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A text of the settings in which variables may stand: <code>${caller}</code>, or <code>${caller:-nobody}</code> with what stands for one
 * that is unknown or empty. <code>$${</code> is <code>${</code> itself. Anything else with a dollar sign is itself.
 *
 * @param text as it was written
 * @param pieces what it consists of
 */
public record Template(String text, List<Piece> pieces) {

    private static final String BEGIN = "${";
    private static final String DEFAULT = ":-";

    /** A part of it. */
    public sealed interface Piece {

        /** Text that stays as it is. */
        record Literal(String text) implements Piece {}

        /** A variable, and what stands for it where it is empty. */
        record Place(Variable variable, String otherwise) implements Piece {}
    }

    /** What variables stand for. */
    @FunctionalInterface
    public interface Values {
        /** Empty if it is not known. */
        String of(Variable variable);
    }

    /** Keeps its own copy. */
    public Template {
        pieces = List.copyOf(pieces);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if a variable is none, or does not end
     */
    public static Template parse(String text) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, at)) {
            literal.append(text, at, begin);
            if (begin > at && text.charAt(begin - 1) == '$') {
                literal.append('{');
                at = begin + BEGIN.length();
                continue;
            }
            int end = text.indexOf('}', begin);
            if (end < 0 || text.substring(begin + 1, end).contains(BEGIN)) {
                throw new IllegalArgumentException("a variable is written `${name}` or `${name:-default}`, found '" + text.substring(begin) + "'");
            }
            if (!literal.isEmpty()) {
                pieces.add(new Piece.Literal(literal.toString()));
                literal.setLength(0);
            }
            pieces.add(place(text.substring(begin + BEGIN.length(), end)));
            at = end + 1;
        }
        literal.append(text.substring(at));
        if (!literal.isEmpty()) {
            pieces.add(new Piece.Literal(literal.toString()));
        }
        return new Template(text, pieces);
    }

    private static Piece place(String text) {
        int otherwise = text.indexOf(DEFAULT);
        return otherwise < 0
                ? new Piece.Place(Variable.parse(text), "")
                : new Piece.Place(Variable.parse(text.substring(0, otherwise)), text.substring(otherwise + DEFAULT.length()));
    }

    /** With what variables stand for. */
    public String with(Values values) {
        StringBuilder whole = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Literal literal -> whole.append(literal.text());
                case Piece.Place place -> {
                    String value = values.of(place.variable());
                    whole.append(value.isEmpty() ? place.otherwise() : value);
                }
            }
        }
        return whole.toString();
    }

    /** Whether it is the same whatever is asked. */
    public boolean isPlain() {
        return pieces.stream().allMatch(piece -> piece instanceof Piece.Literal);
    }

    /** Whether this is true of all texts of the settings that may come out of it. */
    public boolean texts(Predicate<String> good) {
        return pieces.stream()
                .map(piece -> switch (piece) {
                    case Piece.Literal literal -> literal.text();
                    case Piece.Place place -> place.otherwise();
                })
                .allMatch(good);
    }

    private Stream<Variable> variables() {
        return pieces.stream().flatMap(piece -> piece instanceof Piece.Place place ? Stream.of(place.variable()) : Stream.empty());
    }

    /**
     * Refuses variables that there are not where it stands.
     *
     * @param responses whether a response is known there
     * @param groups how many captures there are; 0 for none, not even the whole
     */
    public void require(boolean responses, int groups) {
        variables().forEach(variable -> {
            if (variable.isOfResponses() && !responses) {
                throw new IllegalArgumentException("'" + variable + "' is known in rules for responses alone");
            }
            if (variable.kind() == Variable.Kind.CAPTURE && Integer.parseInt(variable.name()) >= groups) {
                throw new IllegalArgumentException("'" + variable + "' stands for a group in parentheses, and "
                        + (groups == 0 ? "there is no pattern" : "the pattern has " + (groups - 1)));
            }
        });
    }

    @Override
    public String toString() {
        return text;
    }
}
