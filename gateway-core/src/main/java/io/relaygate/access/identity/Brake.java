package io.relaygate.access.identity;

import io.relaygate.access.Arrival;
import io.relaygate.access.SourceLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down who guesses: after so many failures within a while, guesses are refused and not judged any more. Any thread.
 */
final class Brake {

    /** The time in which failures are counted, from the first of them on. */
    static final Duration WHILE = Duration.ofMinutes(10);

    /** So many counts are kept, and so many who have come in; the one that was not touched for longest goes first. */
    private static final int MOST = 16_384;

    private final LongSupplier clock;
    private final Map<Whose, Count> counts = bounded();
    private final Map<Name, Boolean> known = bounded();

    /** Whose failures are counted together. */
    sealed interface Whose {
        /** From how many on nothing is judged. */
        int most();
    }

    /** Those for one name from one source. */
    record Name(String name, String source) implements Whose {
        @Override
        public int most() {
            return 10;
        }
    }

    /** All of a source: who tries many names. */
    record Source(String source) implements Whose {
        @Override
        public int most() {
            return 30;
        }
    }

    /** Wrong codes for one name, from everywhere: a code has a million values, and who tries them has the password. */
    record Codes(String name) implements Whose {
        @Override
        public int most() {
            return 10;
        }
    }

    private record Count(long since, int failures) {}

    Brake(LongSupplier clock) {
        this.clock = clock;
    }

    /** What shares limits: a source, or, where there are no addresses, the entry point. */
    static String source(Arrival arrival) {
        InetAddress address = arrival.address();
        return address == null ? arrival.entryPoint() : SourceLimits.whole(address).getHostAddress();
    }

    /** Whether guesses are refused. */
    synchronized boolean holds(Whose whose) {
        return failures(whose) >= whose.most();
    }

    /** How long they will be, if they are. */
    synchronized Duration held(Whose whose) {
        Count count = counts.get(whose);
        return count == null || !holds(whose) ? Duration.ZERO : WHILE.minusNanos(clock.getAsLong() - count.since);
    }

    /** How often it has failed within the while. */
    synchronized int failures(Whose whose) {
        Count count = counts.get(whose);
        return count == null || clock.getAsLong() - count.since > WHILE.toNanos() ? 0 : count.failures;
    }

    synchronized void failed(Whose whose) {
        int before = failures(whose);
        Count count = counts.get(whose);
        counts.put(whose, new Count(before == 0 || count == null ? clock.getAsLong() : count.since, before + 1));
    }

    /** Somebody has come in, and is none of those who guess at the source. */
    synchronized void cameIn(Name name) {
        counts.remove(name);
        known.put(name, true);
    }

    /** Whether somebody has come in with this name from this source before. */
    synchronized boolean knows(Name name) {
        return known.get(name) != null;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }
}
