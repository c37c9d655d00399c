package io.relaygate.plugins.http.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.sdk.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a destination sees as the query: first `remove`, then `set`, then `add`. The others stay as they came, in their order. */
public record QueryChange(
        @Setting(value = "Parameters that have this value, and no other; the first keeps its place.", example = "{ site: oslo }")
                Map<String, Template> set,
        @Setting("Parameters that come behind the others.") Map<String, Template> add,
        @Setting(value = "Parameters that go; with `*` at the end all that begin so.", example = "[\"utm_*\"]") List<String> remove) {

    /** Refuses what changes nothing, or cannot be. */
    public QueryChange {
        remove = List.copyOf(remove);
        if (set.isEmpty() && add.isEmpty() && remove.isEmpty()) {
            throw new IllegalArgumentException("`query` says one at least of `set`, `add` and `remove`");
        }
        set.forEach(QueryChange::require);
        add.forEach(QueryChange::require);
    }

    private static void require(String name, Template value) {
        value.require(false, 0);
        if (!value.texts(text -> text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '&' && c != '#'))) {
            throw new IllegalArgumentException("the value of the parameter '" + name + "' is written as it stands in an address, encoded; found '" + value + "'");
        }
    }

    /** The query for the destination, without a question mark; empty if nothing is left. */
    public String of(String query, Known known) {
        List<String> parameters = new ArrayList<>(Parameters.of(query));
        parameters.removeIf(this::goes);
        set.forEach((name, value) -> set(parameters, name, value.with(known::encodedInQuery)));
        add.forEach((name, value) -> parameters.addAll(made(name, value.with(known::encodedInQuery))));
        return String.join("&", parameters);
    }

    private boolean goes(String parameter) {
        String name = Parameters.name(parameter);
        return remove.stream().anyMatch(each -> each.endsWith("*") ? name.startsWith(each.substring(0, each.length() - 1)) : name.equals(each));
    }

    private static void set(List<String> parameters, String name, String value) {
        int at = 0;
        while (at < parameters.size() && !Parameters.name(parameters.get(at)).equals(name)) {
            at++;
        }
        parameters.removeIf(each -> Parameters.name(each).equals(name));
        parameters.addAll(at, made(name, value));
    }

    /** Where there is no value, there is no parameter. */
    private static List<String> made(String name, String value) {
        return value.isEmpty() ? List.of() : List.of(Parameters.encoded(new String(name.getBytes(UTF_8), ISO_8859_1)) + "=" + value);
    }
}
