package io.relaygate.plugins.http.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head or the trailers of a body: in order, with those that came several times as often as they came. Names are
 * looked up in any case (RFC 9110 section 5.1). Can be changed; not thread safe.
 */
public final class Fields implements Iterable<Field> {

    private final List<Field> all;

    /** None. */
    public Fields() {
        all = new ArrayList<>(16);
    }

    private Fields(List<Field> all) {
        this.all = new ArrayList<>(all);
    }

    /** The same, to be changed by itself. */
    public Fields copy() {
        return new Fields(all);
    }

    /** Adds one at the end. */
    public Fields add(String name, String value) {
        all.add(new Field(name, value));
        return this;
    }

    /** Puts one in the place of all of its name. */
    public Fields set(String name, String value) {
        remove(name);
        return add(name, value);
    }

    /** Gives the only one of this name another value, in its place. */
    public void replace(String name, String value) {
        replaceEach(name, _ -> value);
    }

    /** Gives each of this name another value, in its place. */
    public void replaceEach(String name, Function<Field, String> value) {
        all.replaceAll(field -> field.is(name) ? new Field(field.name(), value.apply(field)) : field);
    }

    /** Removes all of this name. */
    public Fields remove(String name) {
        removeIf(field -> field.is(name));
        return this;
    }

    /** Removes those for which this is true. */
    public void removeIf(Predicate<Field> which) {
        all.removeIf(which);
    }

    /** All of this name. */
    public List<Field> all(String name) {
        List<Field> found = new ArrayList<>(2);
        for (Field field : all) {
            if (field.is(name)) {
                found.add(field);
            }
        }
        return found;
    }

    /** The value of the first of this name; null if there is none. */
    public @Nullable String first(String name) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).is(name)) {
                return all.get(i).value();
            }
        }
        return null;
    }

    /** Whether there is one. */
    public boolean has(String name) {
        return first(name) != null;
    }

    /** How often it came. */
    public int count(String name) {
        int count = 0;
        for (Field field : all) {
            count += field.is(name) ? 1 : 0;
        }
        return count;
    }

    /** The members of the lists that the fields of this name are, in order and without empty ones (RFC 9110 section 5.6.1). */
    public List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (Field field : all) {
            if (field.is(name)) {
                split(field.value(), members);
            }
        }
        return members;
    }

    /** Whether a list has this member, in any case. */
    public boolean names(String name, String member) {
        for (String each : members(name)) {
            if (each.equalsIgnoreCase(member)) {
                return true;
            }
        }
        return false;
    }

    /** At commas that are in no quoted string. */
    private static void split(String list, List<String> into) {
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i <= list.length(); i++) {
            char c = i < list.length() ? list.charAt(i) : ',';
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ',' && (!quoted || i == list.length())) {
                String member = list.substring(from, Math.min(i, list.length())).strip();
                if (!member.isEmpty()) {
                    into.add(member);
                }
                from = i + 1;
            }
        }
        if (from < list.length()) {
            into.add(list.substring(from).strip());
        }
    }

    /** How many lines there are. */
    public int size() {
        return all.size();
    }

    /** The line at this place. */
    public Field get(int i) {
        return all.get(i);
    }

    @Override
    public Iterator<Field> iterator() {
        return all.iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields fields && all.equals(fields.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        all.forEach(field -> text.append(field.name().toLowerCase(Locale.ROOT)).append(": ").append(field.value()).append('\n'));
        return text.toString();
    }
}
