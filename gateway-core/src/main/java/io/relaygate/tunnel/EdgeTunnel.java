package io.relaygate.tunnel;

import io.relaygate.net.Backoff;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An edge's way into one site: a few lanes, each kept attached by a thread of its own, and the sessions on them. Any
 * thread.
 */
public final class EdgeTunnel implements AutoCloseable {

    /** Dials carriers. */
    @FunctionalInterface
    public interface Dialer {

        /**
         * Dials one.
         *
         * @param boot the boot of the site's process that is wanted, 32 hexadecimal digits, or null for any
         * @throws OtherProcessException if another process of the site answered
         * @throws RefusedException if the relay refused, or nobody listens
         */
        Opened dial(@Nullable String boot, Instant deadline) throws IOException;
    }

    /** The versions of the tunnel that this code speaks, as a carrier's handshake says them: {@code least-most}. */
    public static final String VERSIONS = Versions.OURS.toString();

    /**
     * A connection, of a carrier or of a session.
     *
     * @param relay the name of the relay that carries it now
     */
    public record Opened(Link link, String relay) {}

    private final String site;
    private final Identity edge;
    private final Dialer dialer;
    private final TunnelSettings settings;
    private final Threads threads;
    private final Budget budget;
    private final SecureRandom random = new SecureRandom();
    private final List<LaneKeeper> lanes = new CopyOnWriteArrayList<>();
    private final Object changes = new Object();
    private long version;
    private boolean started;
    private volatile boolean closed;

    /**
     * A tunnel that dials nobody before the first session.
     *
     * @param site the site's name, for people
     * @param instance the name of this process that no other living process has
     */
    public EdgeTunnel(
            String site, String instance, Dialer dialer, TunnelSettings settings, Threads threads, Budget budget) {
        this.site = site;
        this.edge = Identity.started(instance, random);
        this.dialer = dialer;
        this.settings = settings;
        this.threads = threads;
        this.budget = budget;
    }

    /**
     * Opens a session. Its first bytes can be written at once; whether the site takes it shows when it is read or
     * written: a refusal is then a {@link RefusedException}.
     *
     * @throws RefusedException if no lane can be had: NO_RELAY, NO_SITE, or BUSY if the far side is full
     */
    public Opened open(Open what, Instant deadline) throws RefusedException {
        Placed placed = place(what, deadline);
        return new Opened(
                new SessionLink(placed.session(), CarrierLoop::flush, new Elsewhere(what, deadline)), placed.relay());
    }

    /** Tries a session again that a busy site has refused, on whichever lane has the fewest, after longer and longer pauses. */
    private final class Elsewhere implements SessionLink.Elsewhere {

        private final Open what;
        private final Instant deadline;
        private long pauseMillis = 5;

        Elsewhere(Open what, Instant deadline) {
            this.what = what;
            this.deadline = deadline;
        }

        @Override
        public MuxSession open(RefusedException why) throws RefusedException {
            Instant until = Instant.now().plusMillis(pauseMillis);
            pauseMillis = Math.min(1000, 2 * pauseMillis);
            if (!until.isBefore(deadline)) {
                throw why;
            }
            while (awaitChange(version(), until)) {
                // Other changes than the end of the pause do not matter.
            }
            return place(what, deadline).session();
        }
    }

    /** A session on a lane, and the relay that carries the lane now. */
    record Placed(MuxSession session, String relay) {}

    private Placed place(Open what, Instant deadline) throws RefusedException {
        start();
        long began = System.nanoTime();
        while (true) {
            long seen = version();
            RefusedException trouble = null;
            for (LaneKeeper lane : emptiestFirst()) {
                try {
                    Placed placed = lane.open(what);
                    if (placed != null) {
                        return placed;
                    }
                } catch (RefusedException e) {
                    trouble = e;
                }
            }
            if (trouble == null) {
                trouble = lanes.stream()
                        .map(lane -> lane.failureSince(began))
                        .filter(failure -> failure != null)
                        .findFirst()
                        .orElse(null);
            }
            if (trouble != null) {
                throw trouble;
            }
            lanes.forEach(LaneKeeper::hurry);
            if (!awaitChange(seen, deadline)) {
                throw new RefusedException(Reason.NO_SITE, "site " + site + " could not be reached in time");
            }
        }
    }

    private List<LaneKeeper> emptiestFirst() {
        List<LaneKeeper> order = new ArrayList<>(lanes);
        order.sort(Comparator.comparingInt(LaneKeeper::sessions));
        return order;
    }

    private void start() throws RefusedException {
        synchronized (changes) {
            if (closed) {
                throw new RefusedException(Reason.BUSY, "the gateway is shutting down");
            }
            if (!started) {
                started = true;
                for (int i = 0; i < settings.lanes(); i++) {
                    add(new Backoff(InstantSource.system(), RandomGenerator.getDefault()));
                }
            }
        }
    }

    private void add(Backoff backoff) {
        LaneKeeper keeper = new LaneKeeper(this, edge, dialer, settings, threads, budget, random, backoff);
        lanes.add(keeper);
        threads.start("lane-" + site, keeper::run);
    }

    /** A lane opens no sessions any more; another takes its place, and it lives on until its sessions are over. */
    void replace() {
        synchronized (changes) {
            if (!closed) {
                add(new Backoff(InstantSource.system(), RandomGenerator.getDefault()));
            }
        }
    }

    /**
     * A lane is over; another takes its place, if none has done so.
     *
     * @param backoff what it has found out about the relay
     */
    void over(LaneKeeper keeper, boolean replaced, Backoff backoff) {
        synchronized (changes) {
            lanes.remove(keeper);
            if (!closed && !replaced) {
                add(backoff);
            }
        }
        changed();
    }

    private long version() {
        synchronized (changes) {
            return version;
        }
    }

    void changed() {
        synchronized (changes) {
            version++;
            changes.notifyAll();
        }
    }

    private boolean awaitChange(long seen, Instant deadline) {
        synchronized (changes) {
            try {
                while (version == seen) {
                    long left = Duration.between(Instant.now(), deadline).toMillis();
                    if (left <= 0) {
                        return false;
                    }
                    changes.wait(left);
                }
                return true;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts our threads", e);
            }
        }
    }

    /** How many sessions are open. */
    public int sessions() {
        return lanes.stream().mapToInt(LaneKeeper::sessions).sum();
    }

    /** Ends all lanes; sessions that are left end with them. Waits, for a second at the most, until the site can know. */
    @Override
    public void close() {
        synchronized (changes) {
            closed = true;
        }
        List<LaneKeeper> last = List.copyOf(lanes);
        last.forEach(LaneKeeper::close);
        LastWords.await(last.stream().map(LaneKeeper::lane).toList());
    }
}
