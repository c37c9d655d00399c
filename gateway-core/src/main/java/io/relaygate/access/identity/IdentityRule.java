package io.relaygate.access.identity;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What proves a caller: one identity provider, or several that must all say the same name: {@code staff + codes}.
 *
 * @param providers their names
 */
public record IdentityRule(List<String> providers) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "[a-z0-9._-]+( *\\+ *[a-z0-9._-]+)*";

    /** Keeps its own copy. */
    public IdentityRule {
        providers = List.copyOf(providers);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if a name is missing, or there twice
     */
    public static IdentityRule parse(String text) {
        List<String> names = Arrays.stream(text.split("\\+", -1)).map(String::strip).toList();
        if (names.stream().anyMatch(String::isEmpty) || new LinkedHashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    "expected an identity provider, or several as in staff + codes, found '" + text + "'");
        }
        return new IdentityRule(names);
    }

    @Override
    public String toString() {
        return String.join(" + ", providers);
    }
}
