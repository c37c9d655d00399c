package io.relaygate.plugins.http;

import io.relaygate.plugins.http.Target.Browsers;
import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.rules.Condition;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.PathMatch;
import io.relaygate.plugins.http.rules.PlainPath;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds where requests go: by host, then by the path's first segments, the most exact that fits; then by the first condition that is met. */
final class Hosts {

    /** Stands for all hosts that are not named. */
    static final String OTHERS = "*";

    private static final String BELOW = "*.";

    /** What a place does not say of its own. */
    private record Around(Door door, Browsers browsers) {

        Around within(PlaceSettings place) {
            return new Around(door.with(place.callers(), place.perSource(), place.perCaller()), browsers.within(place));
        }
    }

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

    private final Map<String, List<Below>> exact = new HashMap<>();
    private final Map<String, List<Below>> suffixes = new HashMap<>();
    private final @Nullable List<Below> others;
    private final List<PathMatch> asked;

    /**
     * By what the settings say.
     *
     * @param door what is asked of who calls where a place says nothing of it
     * @throws IllegalArgumentException if they say what cannot be
     */
    Hosts(HttpSettings settings, Door door) {
        Around around = new Around(door, settings.browsers());
        this.asked = settings.conditions().flatMap(Condition::paths).toList();
        List<Below> rest = null;
        for (Map.Entry<String, PlaceSettings> each : settings.hosts().entrySet()) {
            String host = each.getKey();
            List<Below> paths = paths(host, each.getValue(), around);
            List<Below> before = null;
            if (host.equals(OTHERS)) {
                rest = paths;
            } else if (host.startsWith(BELOW)) {
                before = suffixes.put("." + name(host.substring(BELOW.length())), paths);
            } else {
                before = exact.put(name(host), paths);
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

    private static List<Below> paths(String host, PlaceSettings place, Around outer) {
        if (place.when() != null) {
            throw new IllegalArgumentException("`when` is for `cases`; see the host '" + host + "'");
        }
        Around around = outer.within(place);
        List<Below> paths = new ArrayList<>();
        place.paths().forEach((path, inner) -> paths.add(below(host, PathMatch.prefix(path), inner, around.within(inner))));
        if (!place.cases().isEmpty() || isPlace(place)) {
            paths.add(below(host, "", place, around));
        }
        paths.sort(Comparator.comparingInt((Below below) -> below.path().length()).reversed());
        return List.copyOf(paths);
    }

    private static Below below(String host, String path, PlaceSettings place, Around around) {
        String where = "host " + host + (path.isEmpty() ? "" : ", path " + path);
        List<Case> cases = new ArrayList<>();
        for (PlaceSettings each : place.cases()) {
            String which = where + ", case " + (cases.size() + 1);
            cases.add(new Case(Objects.requireNonNull(each.when()), Target.of(host, path, which, each, around.door(), around.browsers())));
        }
        return new Below(path, List.copyOf(cases), isPlace(place) ? Target.of(host, path, where, place, around.door(), around.browsers()) : null);
    }

    private static boolean isPlace(PlaceSettings place) {
        return place.to() != null || place.redirect() != null || place.answer() != null;
    }

    /** Whether a host is served at all. */
    boolean knows(String host) {
        return of(host) != null;
    }

    private @Nullable List<Below> of(String host) {
        List<Below> found = exact.get(host);
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
        List<Below> places = of(host);
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
