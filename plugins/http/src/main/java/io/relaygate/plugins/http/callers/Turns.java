package io.relaygate.plugins.http.callers;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the requests of each source or caller at a place, and turns away those that are too many. Any thread. */
final class Turns {

    /** So many are remembered, and more only as long as they have requests that are served. */
    private static final int MOST = 16_384;

    /** How many are looked at to find one that has none. */
    private static final int TRIES = 16;

    private static final long SECOND = 1_000_000_000;

    private final Each each;
    private final String setting;
    private final InstantSource clock;
    private final Map<String, Use> uses = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Use {
        private int open;
        /** When all that was taken is paid back, at as many as there may be in a second. */
        private long full = Long.MIN_VALUE;
    }

    /** A request that is served. Closing it, once, ends that. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Nobody has come yet.
     *
     * @param setting what the operator calls it
     */
    Turns(Each each, String setting, InstantSource clock) {
        this.each = each;
        this.setting = setting;
        this.clock = clock;
    }

    /**
     * A request begins.
     *
     * @throws TurnedAwayException 429, if it is one too many
     */
    synchronized Turn take(String whose) throws TurnedAwayException {
        Use use = uses.computeIfAbsent(whose, _ -> new Use());
        if (each.atOnce() > 0 && use.open >= each.atOnce()) {
            throw TurnedAwayException.tooMany("more than " + each.atOnce() + " requests at once (" + setting + ".atOnce)", Duration.ofSeconds(1));
        }
        if (each.perSecond() > 0) {
            pay(use);
        }
        use.open++;
        if (uses.size() > MOST) {
            forgetOne();
        }
        return () -> over(use);
    }

    /** A bucket that holds what one second gives. */
    private void pay(Use use) throws TurnedAwayException {
        Instant instant = clock.instant();
        long now = instant.getEpochSecond() * SECOND + instant.getNano();
        long price = SECOND / each.perSecond();
        // A clock that was put back must not lock anybody out.
        long from = Math.clamp(use.full, now, now + SECOND);
        if (from + price - now > SECOND) {
            throw TurnedAwayException.tooMany("more than " + each.perSecond() + " requests in a second (" + setting + ".perSecond)",
                    Duration.ofNanos(from + price - now - SECOND));
        }
        use.full = from + price;
    }

    private synchronized void over(Use use) {
        use.open--;
    }

    private void forgetOne() {
        Iterator<Use> eldest = uses.values().iterator();
        for (int i = 0; i < TRIES && eldest.hasNext(); i++) {
            if (eldest.next().open == 0) {
                eldest.remove();
                return;
            }
        }
    }
}
