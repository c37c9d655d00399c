package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.storage.StorageAccount;
import io.relaygate.plugins.http.storage.StorageSettings;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.DestinationName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds where requests go: by host, then by the path's first segments. The most exact that fits counts. */
final class Hosts {

    /** Stands for all hosts that are not named. */
    static final String OTHERS = "*";

    private static final String BELOW = "*.";

    /**
     * Where requests go.
     *
     * @param place the host of the settings
     * @param host the {@code Host} that the destination sees
     * @param http2 whether it speaks HTTP/2
     * @param storage the storage account that it is, or null
     * @param door what is asked of who calls
     */
    record Target(String place, DestinationName to, HostHeader host, boolean http2, @Nullable StorageAccount storage, Door door) {

        /** The same elsewhere. */
        Target at(DestinationName other) {
            return new Target(place, other, host, http2, storage, door);
        }
    }

    /** Requests below a path; it has no slash at its end. */
    private record Below(String path, Target target) {

        boolean fits(String asked) {
            return asked.startsWith(path) && (asked.length() == path.length() || asked.charAt(path.length()) == '/');
        }
    }

    private final Map<String, List<Below>> exact = new HashMap<>();
    private final Map<String, List<Below>> suffixes = new HashMap<>();
    private final @Nullable List<Below> others;

    /**
     * By what the settings say.
     *
     * @param around what is asked of who calls where a place says nothing of it
     * @throws IllegalArgumentException if they say what cannot be
     */
    Hosts(Map<String, HttpSettings.Place> hosts, Door around) {
        List<Below> rest = null;
        for (Map.Entry<String, HttpSettings.Place> each : hosts.entrySet()) {
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

    private static List<Below> paths(String host, HttpSettings.Place place, Door around) {
        List<Below> paths = new ArrayList<>();
        Door door = around.with(place.callers(), place.perSource(), place.perCaller());
        place.paths().forEach((path, to) -> {
            if (!path.startsWith("/") || !PlainPath.of(path).equals(path)) {
                throw new IllegalArgumentException("expected a path as in `/api`, nothing encoded in it, found '" + path + "'");
            }
            String below = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            paths.add(new Below(
                    below, target(host, below, to.to(), to.host(), to.http2(), to.storage(), door.with(to.callers(), to.perSource(), to.perCaller()))));
        });
        if (place.to() != null) {
            paths.add(new Below("", target(host, "", place.to(), place.host(), place.http2(), place.storage(), door)));
        } else if (paths.isEmpty()) {
            throw new IllegalArgumentException("the host '" + host + "' needs `to` or `paths`");
        }
        paths.sort(Comparator.comparingInt((Below below) -> below.path().length()).reversed());
        return List.copyOf(paths);
    }

    private static Target target(
            String host, String path, DestinationName to, HostHeader seen, boolean http2, @Nullable StorageSettings storage, Door door) {
        if (storage == null) {
            return new Target(host, to, seen, http2, null, door);
        }
        if (seen.fixed() != null) {
            throw new IllegalArgumentException("`host` and the `endpoint` of `storage` say the same of the host '" + host + "'; leave `host` out");
        }
        return new Target(host, to, new HostHeader(storage.endpoint().authority()), http2, new StorageAccount(storage, host, path), door);
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
     * @param path as it came, undecoded; {@code *} goes where {@code /} goes
     * @throws MalformedException 400, if it is somewhere else for who decodes it and takes its dots for what they stand for
     */
    @Nullable Target find(String host, String path) throws MalformedException {
        List<Below> places = of(host);
        if (places == null) {
            return null;
        }
        Target found = find(places, path);
        if (places.size() > 1 && !Objects.equals(found, find(places, PlainPath.of(path)))) {
            throw new MalformedException(400, "a path that is another one once it is decoded");
        }
        return found;
    }

    private static @Nullable Target find(List<Below> places, String path) {
        String asked = path.equals("*") ? "/" : path;
        for (Below each : places) {
            if (each.fits(asked)) {
                return each.target();
            }
        }
        return null;
    }
}
