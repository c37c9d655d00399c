package io.relaygate.destination;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.observe.Counter;
import io.relaygate.observe.Gauge;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one destination that nobody uses: each waits for its next use by the caller that it was made for, and for
 * nobody else. Any thread.
 */
public final class Pool implements AutoCloseable {

    private final String destination;
    private final PoolSettings settings;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final Threads threads;
    private final Counter borrowed;
    private final Counter closed;
    private final Metrics metrics;

    /** The oldest first. */
    private final Deque<Idle> idle = new ArrayDeque<>();

    private Deadlines.@Nullable Timer timer;
    private @Nullable Gauge gauge;
    private boolean over;

    private record Idle(Caller caller, Dialed dialed, Instant until) {}

    /** Why a connection was not kept. */
    private enum Why {
        /** Nobody has used it for its time. */
        IDLE,
        /** Others that were used since are as many as are kept. */
        FULL,
        /** It was given back in the middle of something, or broken. */
        DIRTY,
        /** The destination has closed it, or has said something that nobody asked for. */
        STALE,
        /** The destination is gone from the configuration, or the gateway ends. */
        ENDED
    }

    /** Makes a new connection. */
    @FunctionalInterface
    interface Dialing {
        Dialed dial() throws IOException;
    }

    /** Empty. */
    public Pool(
            String destination, PoolSettings settings, InstantSource clock, Deadlines deadlines, Threads threads, Metrics metrics) {
        this.destination = destination;
        this.settings = settings;
        this.clock = clock;
        this.deadlines = deadlines;
        this.threads = threads;
        this.borrowed = metrics.counter(
                "relaygate_pool_borrowed", "Connections that were lent to sessions: kept ones (reused) or new ones.", "destination", "how");
        this.closed = metrics.counter("relaygate_pool_closed", "Connections of pools that were closed, by why.", "destination", "why");
        this.metrics = metrics;
    }

    /** A connection of this caller that nobody uses, the one that was used last, or else a new one. */
    Dialed borrow(Caller caller, Dialing dialing) throws IOException {
        for (Idle kept = take(caller); kept != null; kept = take(caller)) {
            if (LoanedLink.isQuiet(kept.dialed.link())) {
                borrowed.increment(destination, "reused");
                return lent(caller, kept.dialed);
            }
            discard(kept.dialed.link(), Why.STALE);
        }
        Dialed dialed = dialing.dial();
        borrowed.increment(destination, "new");
        return lent(caller, dialed);
    }

    private Dialed lent(Caller caller, Dialed dialed) {
        LoanedLink loaned = new LoanedLink(
                dialed.link(), _ -> keep(caller, dialed), () -> closed.increment(destination, label(Why.DIRTY)));
        return new Dialed(loaned, dialed.address(), dialed.relay(), dialed.plain(), dialed.peer(), loaned);
    }

    private synchronized @Nullable Idle take(Caller caller) {
        for (Iterator<Idle> each = idle.descendingIterator(); each.hasNext(); ) {
            Idle kept = each.next();
            if (kept.caller.equals(caller)) {
                each.remove();
                return kept;
            }
        }
        return null;
    }

    /** From the first connection that was given back on; called with the lock. */
    private void measure() {
        if (gauge == null) {
            gauge = metrics.gauge(
                    "relaygate_pool_idle", "Connections that wait in pools for their next use.", Map.of("destination", destination), this::size);
        }
    }

    private void keep(Caller caller, Dialed dialed) {
        Dialed surplus = null;
        boolean late;
        synchronized (this) {
            late = over;
            if (!late) {
                surplus = idle.size() < settings.mostIdle() ? null : idle.removeFirst().dialed;
                idle.addLast(new Idle(caller, dialed, clock.instant().plus(settings.idleTime())));
                schedule();
                measure();
            }
        }
        if (surplus != null) {
            discard(surplus.link(), Why.FULL);
        } else if (late) {
            discard(dialed.link(), Why.ENDED);
        }
    }

    /** Called with the lock. */
    private void schedule() {
        if (timer == null && !idle.isEmpty()) {
            timer = deadlines.at(idle.getFirst().until, () -> threads.start("pool " + destination, this::expire));
        }
    }

    private void expire() {
        while (true) {
            Idle oldest;
            synchronized (this) {
                oldest = idle.peekFirst();
                if (oldest == null || oldest.until.isAfter(clock.instant())) {
                    timer = null;
                    schedule();
                    return;
                }
                idle.removeFirst();
            }
            discard(oldest.dialed.link(), Why.IDLE);
        }
    }

    /** On a thread of its own: the end of TLS may take a while. */
    private void discard(Link link, Why why) {
        closed.increment(destination, label(why));
        threads.start("pool " + destination, link::close);
    }

    private static String label(Why why) {
        return why.name().toLowerCase(Locale.ROOT);
    }

    private synchronized int size() {
        return idle.size();
    }

    /** Keeps nothing any more. */
    @Override
    public void close() {
        Deque<Idle> left;
        Gauge measured;
        synchronized (this) {
            over = true;
            measured = gauge;
            left = new ArrayDeque<>(idle);
            idle.clear();
            if (timer != null) {
                timer.cancel();
            }
        }
        left.forEach(each -> discard(each.dialed.link(), Why.ENDED));
        if (measured != null) {
            measured.close();
        }
    }
}
