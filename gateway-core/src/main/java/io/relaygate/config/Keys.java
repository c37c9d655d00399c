package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.config.Yaml.Entry;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keys of a map: none twice, none unknown. */
final class Keys {

    private static final int LONGEST = 80;

    private final Problems problems;

    Keys(Problems problems) {
        this.problems = problems;
    }

    /** Complains about keys that are no components, and returns the components that were probably meant. */
    Set<String> unknown(Map<String, Entry> entries, List<Component> components, String path) {
        List<String> known = components.stream().map(Component::name).toList();
        Set<String> meant = new HashSet<>();
        entries.forEach((name, entry) -> {
            if (known.contains(name)) {
                return;
            }
            String nearest = Nearest.of(name, known);
            String advice = "unknown key; there are " + String.join(", ", known);
            if (known.isEmpty()) {
                advice = "nothing can be set here";
            } else if (nearest != null) {
                advice = "unknown key; did you mean " + Problems.quote(nearest) + "?";
                meant.add(nearest);
            }
            problems.add(entry.key().place(), join(path, name), advice);
        });
        return meant;
    }

    /** The entries of a map by key; a key given twice is a problem, and what is merged in by {@code <<} comes last. */
    Map<String, Entry> entries(Mapping node, String path) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<Yaml> merged = new ArrayList<>();
        for (Entry entry : node.entries()) {
            String name = entry.key().text();
            if (name.equals("<<")) {
                merged.addAll(entry.value() instanceof Sequence list ? list.items() : List.of(entry.value()));
                continue;
            }
            Entry first = entries.putIfAbsent(name, entry);
            if (first != null) {
                problems.add(entry.key().place(), join(path, name), "is given already at " + first.key().place());
            }
        }
        for (Yaml other : merged) {
            if (other instanceof Mapping mapping) {
                entries(mapping, path).forEach(entries::putIfAbsent);
            } else {
                problems.add(other.place(), join(path, "<<"), "expected a map to merge, found " + other.describe());
            }
        }
        return entries;
    }

    /** The path of a key, shortened where somebody wrote a novel. */
    static String join(String path, String name) {
        String shown = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...";
        return path.isEmpty() ? shown : path + "." + shown;
    }
}
