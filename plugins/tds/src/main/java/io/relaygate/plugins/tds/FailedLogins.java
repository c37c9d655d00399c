package io.relaygate.plugins.tds;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Logins that servers have refused: who fails too often from one place is turned away for a while, and no server is asked. Where the gateway judges, it
 * keeps its own count. Any thread.
 */
final class FailedLogins {

    private static final int MOST_FAILURES = 10;
    private static final Duration WHILE = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 10_000;

    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private record Failures(int count, Instant last) {}

    private static String key(String source, String user) {
        return ClientNetwork.host(source) + "\0" + user.toLowerCase(Locale.ROOT);
    }

    /**
     * Whether somebody has failed too often not long ago.
     *
     * @param source where the client comes from, {@code 192.0.2.7:51312}
     */
    synchronized boolean tooMany(String source, String user, Instant now) {
        Failures known = failures.get(key(source, user));
        return known != null && known.count() >= MOST_FAILURES && known.last().plus(WHILE).isAfter(now);
    }

    /** A server has refused a login. */
    synchronized void failed(String source, String user, Instant now) {
        failures.merge(key(source, user), new Failures(1, now), (known, once) ->
                new Failures(known.last().plus(WHILE).isAfter(now) ? known.count() + 1 : 1, now));
    }

    /** A server has accepted one. */
    synchronized void succeeded(String source, String user) {
        failures.remove(key(source, user));
    }
}
