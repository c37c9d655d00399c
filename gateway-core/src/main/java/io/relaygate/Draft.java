package io.relaygate;

import io.relaygate.config.Nearest;
import io.relaygate.config.Origins;
import io.relaygate.config.Place;
import io.relaygate.config.Problems;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A configuration whose values are bound and whose names are still to be checked against each other.
 *
 * @param settings what was read
 * @param origins where it was read
 * @param problems takes what is wrong
 */
record Draft(GatewaySettings settings, Origins origins, Problems problems) {

    /** The namespace that is the relay of this process. */
    static final String EMBEDDED = "embedded";

    /** Something is wrong with a record as a whole. */
    void wrong(Record owner, String message) {
        problems.add(origins.of(owner), origins.path(owner), message);
    }

    /** Something is wrong with a component, or it is missing. */
    void wrong(Record owner, String component, String message) {
        problems.add(origins.of(owner, component), origins.path(owner, component), message);
    }

    /** Something is wrong with an item of a component that is a list. */
    void wrong(Record owner, String component, List<?> list, int index, String message) {
        String path = origins.path(owner, component) + (list.size() == 1 ? "" : "[" + index + "]");
        problems.add(origins.item(owner, component, list, index), path, message);
    }

    /** Something is wrong with a name in a map that is a component of {@code owner}. */
    void wrong(Record owner, String component, Map<String, ?> map, String name, String message) {
        Place place = origins.element(map, name);
        String path = origins.path(owner, component) + "." + name;
        problems.add(place == null ? origins.of(owner, component) : place, path, message);
    }

    /** Whether files that others can read, and should not, are problems. */
    boolean refusesInsecureFiles() {
        return settings.insecureFiles() != GatewaySettings.InsecureFiles.ALLOW;
    }

    /** Whether a component is given, rightly or wrongly. */
    boolean gives(Record owner, String component) {
        return origins.gives(owner, component);
    }

    /** Whether a component's value tells nothing, because something about it is wrong already. */
    boolean isWrong(Record owner, String component) {
        return origins.wrong(owner, component);
    }

    /** Complains about a name that nobody uses, unless a name that is nowhere is nearly the same: then it was meant. */
    void unused(Record owner, String name, Collection<String> dangling, String message) {
        if (dangling.stream().noneMatch(other -> Nearest.of(other, Set.of(name)) != null)) {
            wrong(owner, message);
        }
    }

    /** The names of the namespaces that may be used. */
    Set<String> namespaces() {
        Set<String> names = new TreeSet<>(origins.names(settings.namespaces()));
        if (gives(settings, "relay")) {
            names.add(EMBEDDED);
        }
        return names;
    }

    /** Checks the namespaces of a site or an entry point: each is there, and none twice. */
    void namespaces(Record owner, List<String> names, @Nullable String hybridConnection) {
        Set<String> known = namespaces();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (names.indexOf(name) < i) {
                wrong(owner, "namespaces", names, i, "namespace " + Problems.quote(name) + " is named twice");
            } else if (name.equals(EMBEDDED)) {
                embedded(owner, names, i, hybridConnection);
            } else if (!known.contains(name)) {
                wrong(owner, "namespaces", names, i, unknown("namespace", name, known));
            }
        }
    }

    private void embedded(Record owner, List<String> names, int index, @Nullable String hybridConnection) {
        if (settings.namespaces().containsKey(EMBEDDED)) {
            return;
        }
        if (!gives(settings, "relay")) {
            wrong(owner, "namespaces", names, index, "'embedded' is the relay of this process, and there is no `relay:`");
        } else if (settings.relay() != null && hybridConnection != null) {
            Set<String> known = origins.names(settings.relay().hybridConnections());
            if (!known.contains(hybridConnection)) {
                String where = origins.gives(owner, "hybridConnection") ? "hybridConnection" : "namespaces";
                wrong(owner, where, "the relay of this process declares "
                        + unknown("hybrid connection", hybridConnection, known));
            }
        }
    }

    /** {@code "no site 'oslp'; did you mean 'oslo'?"}. */
    static String unknown(String kind, String name, Collection<String> known) {
        return "no " + kind + " " + Problems.quote(name) + Nearest.hint(name, known);
    }

    /** Null, or why a text is no name. */
    static @Nullable String nameTrouble(String name) {
        try {
            return new DestinationName(null, name).name().equals(name) ? null : "";
        } catch (IllegalArgumentException e) {
            return "a name has 1 to 63 lower-case letters, digits, '.', '_' or '-' and begins and ends with a letter or digit"
                    + ", found " + Problems.quote(name);
        }
    }

    /** Whether an address is on this machine alone, as far as can be said without a look-up. */
    static boolean isLoopback(HostPort address) {
        String host = address.host();
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
