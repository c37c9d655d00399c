package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.Condition;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.PathMatch;
import io.relaygate.plugins.http.rules.PlainPath;
import io.relaygate.plugins.http.storage.Service;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds where requests go: by host, then by the path's first segments, the most exact that fits; then by the first condition that is met. */
final class Hosts {

    /** Stands for all hosts that are not named. */
    static final String OTHERS = "*";

    private static final String BELOW = "*.";

    /** What becomes of requests that meet a condition. */
    private record Case(Condition when, Target target) {}

    /** What becomes of requests below a path; it has no slash at its end. */
    private record Below(String path, List<Case> cases, @Nullable Target others) {

        boolean fits(String asked) {
            return PathMatch.isBelow(asked, path);
        }

        @Nullable Target target(Known known) {
            for (Case each : cases) {
                if (each.when().holds(known)) {
                    return each.target();
                }
            }
            return others;
        }
    }

    /** A host: what counts there, and its places. */
    private record Host(Scope scope, List<Below> places) {}

    private final Map<String, Host> exact = new HashMap<>();
    private final Map<String, Host> suffixes = new HashMap<>();
    private final @Nullable Host others;
    private final List<PathMatch> asked;
    private final List<String> open = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * By what the settings say.
     *
     * @param around what counts on the route
     * @throws IllegalArgumentException if they say what cannot be
     */
    Hosts(HttpSettings settings, Scope around) {
        this.asked = settings.conditions().flatMap(Condition::paths).toList();
        Host rest = null;
        for (Map.Entry<String, PlaceSettings> each : settings.hosts().entrySet()) {
            String host = each.getKey();
            Host places = host(host, each.getValue(), around);
            Host before = null;
            if (host.equals(OTHERS)) {
                rest = places;
            } else if (host.startsWith(BELOW)) {
                before = suffixes.put("." + name(host.substring(BELOW.length())), places);
            } else {
                before = exact.put(name(host), places);
            }
            if (before != null) {
                throw new IllegalArgumentException("the host '" + host + "' is there twice, in different letters");
            }
        }
        others = rest;
    }

    private static String name(String text) {
        try {
            Authority host = Authority.parse(text);
            if (host.port() < 0) {
                return host.host();
            }
        } catch (MalformedException e) {
            throw new IllegalArgumentException("expected a host, `*.` and a host, or `*`, found '" + text + "'", e);
        }
        throw new IllegalArgumentException("a host is named without a port, found '" + text + "'");
    }

    private Host host(String host, PlaceSettings place, Scope outer) {
        if (place.when() != null) {
            throw new IllegalArgumentException("`when` is for `cases`; see the host '" + host + "'");
        }
        Scope around = outer.within("host " + host, place);
        List<Below> paths = new ArrayList<>();
        place.paths().forEach((path, inner) -> paths.add(below(host, PathMatch.prefix(path), inner, around.within(words(host, PathMatch.prefix(path)), inner))));
        if (!place.cases().isEmpty() || isPlace(place)) {
            paths.add(below(host, "", place, around));
        }
        paths.sort(Comparator.comparingInt((Below below) -> below.path().length()).reversed());
        return new Host(around.telling(service(paths)), List.copyOf(paths));
    }

    /** The storage service of a host that has nothing else; null if it has. */
    private static @Nullable Service service(List<Below> paths) {
        Set<Optional<Service>> services = paths.stream()
                .flatMap(each -> Stream.concat(each.cases().stream().map(Case::target), Stream.ofNullable(each.others())))
                .map(target -> Optional.ofNullable(target.scope().service()))
                .collect(Collectors.toSet());
        return services.size() == 1 ? services.iterator().next().orElse(null) : null;
    }

    private static String words(String host, String path) {
        return "host " + host + (path.isEmpty() ? "" : ", path " + path);
    }

    private Below below(String host, String path, PlaceSettings place, Scope around) {
        String where = words(host, path);
        if (around.door().isOpen()) {
            open.add(where);
        }
        List<Case> cases = new ArrayList<>();
        for (PlaceSettings each : place.cases()) {
            String which = where + ", case " + (cases.size() + 1);
            cases.add(new Case(Objects.requireNonNull(each.when()), target(host, path, which, each, around.within(which, each))));
        }
        return new Below(path, List.copyOf(cases), isPlace(place) ? target(host, path, where, place, around) : null);
    }

    private Target target(String host, String path, String where, PlaceSettings place, Scope scope) {
        Target made = Target.of(host, path, where, place, scope);
        if (made.leavesPattern()) {
            notes.add(where + ": what `pattern` changes in a path stays so in responses (Location and others), since it cannot be told from what came out");
        }
        return made;
    }

    private static boolean isPlace(PlaceSettings place) {
        return place.to() != null || place.redirect() != null || place.answer() != null;
    }

    /** The hosts and paths at which nobody is asked who calls, though elsewhere on the route everybody is. */
    List<String> open() {
        return List.copyOf(open);
    }

    /** What is no mistake, and may not be what was meant. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** What counts at a host, whatever the path; null if it is not served here. */
    @Nullable Scope scope(String host) {
        Host found = of(host);
        return found == null ? null : found.scope();
    }

    private @Nullable Host of(String host) {
        Host found = exact.get(host);
        for (int dot = host.indexOf('.'); found == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            found = suffixes.get(host.substring(dot));
        }
        return found == null ? others : found;
    }

    /**
     * Where a request goes; null if nowhere that is said here.
     *
     * @throws MalformedException 400, if it is somewhere else for who decodes its path and takes its dots for what they stand for
     */
    @Nullable Target find(String host, Known known) throws MalformedException {
        Host named = of(host);
        List<Below> places = named == null ? null : named.places();
        String path = known.path();
        String plain = PlainPath.of(path);
        Below found = places == null ? null : find(places, path);
        boolean same = plain.equals(path)
                || ((places == null || Objects.equals(path(found), path(find(places, plain)))) && asked.stream().allMatch(each -> each.fits(path) == each.fits(plain)));
        if (!same) {
            throw new MalformedException(400, "a path that is another one once it is decoded");
        }
        return found == null ? null : found.target(known);
    }

    /** Tells the places of a host apart. */
    private static @Nullable String path(@Nullable Below place) {
        return place == null ? null : place.path();
    }

    private static @Nullable Below find(List<Below> places, String path) {
        for (Below each : places) {
            if (each.fits(path)) {
                return each;
            }
        }
        return null;
    }
}
