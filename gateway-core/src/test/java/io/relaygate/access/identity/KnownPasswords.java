package io.relaygate.access.identity;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lines of password files that are hashed once for all tests, and no more often than they must be. */
public final class KnownPasswords {

    private static final Map<String, PasswordLine> LINES = new ConcurrentHashMap<>();

    private KnownPasswords() {}

    /** The line of a name with a password; the same one each time. */
    public static PasswordLine line(String name, String password, Set<String> groups) {
        PasswordLine line = LINES.computeIfAbsent(
                name + ":" + password,
                _ -> PasswordLine.of(name, password.toCharArray(), Set.of(), PasswordLine.LEAST_ITERATIONS));
        return new PasswordLine(name, line.iterations(), line.salt(), line.hash(), groups);
    }
}
