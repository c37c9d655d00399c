package io.relaygate.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of YAML with its place. Aliases have been followed, so one piece may be part of several others. */
sealed interface Yaml {

    /** Where it begins; for what an alias stands for, where the anchor is. */
    Place place();

    /** How many pieces it has, itself included and aliases followed. */
    default long weight() {
        return 1;
    }

    /** How deep it is nested; a scalar is 1. */
    default int height() {
        return 1;
    }

    /** Whether the other says the same, wherever it stands. */
    boolean sameAs(Yaml other);

    /** What it is, for a sentence that goes on "found". */
    String describe();

    /** What a scalar is by YAML's core schema. */
    enum Kind {
        TEXT,
        WHOLE,
        DECIMAL,
        TRUTH,
        NOTHING
    }

    /** A single value. */
    record Scalar(Place place, String text, Kind kind) implements Yaml {
        @Override
        public boolean sameAs(Yaml other) {
            return other instanceof Scalar scalar && scalar.kind == kind && scalar.text.equals(text);
        }

        @Override
        public String describe() {
            return switch (kind) {
                case TEXT -> Problems.quote(text);
                case WHOLE, DECIMAL -> "the number " + text;
                case TRUTH -> text;
                case NOTHING -> "nothing";
            };
        }
    }

    /** A list. */
    record Sequence(Place place, List<Yaml> items, long weight, int height) implements Yaml {
        @Override
        public boolean sameAs(Yaml other) {
            if (!(other instanceof Sequence sequence) || sequence.items.size() != items.size()) {
                return false;
            }
            for (int i = 0; i < items.size(); i++) {
                if (!items.get(i).sameAs(sequence.items.get(i))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A map, in the order of the file; keys may be given twice. */
    record Mapping(Place place, List<Entry> entries, long weight, int height) implements Yaml {

        /** A map that was put together, not read. */
        Mapping(Place place, List<Entry> entries) {
            this(place, entries, 1, 1);
        }

        /** The first value of a key, or null. */
        @Nullable Yaml get(String key) {
            for (Entry entry : entries) {
                if (entry.key.text.equals(key)) {
                    return entry.value;
                }
            }
            return null;
        }

        @Override
        public boolean sameAs(Yaml other) {
            if (!(other instanceof Mapping mapping) || mapping.entries.size() != entries.size()) {
                return false;
            }
            for (int i = 0; i < entries.size(); i++) {
                Entry mine = entries.get(i);
                Entry theirs = mapping.entries.get(i);
                if (!mine.key.sameAs(theirs.key) || !mine.value.sameAs(theirs.value)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String describe() {
            return "a map";
        }
    }

    /** A key of a map with its value. */
    record Entry(Scalar key, Yaml value) {}
}
