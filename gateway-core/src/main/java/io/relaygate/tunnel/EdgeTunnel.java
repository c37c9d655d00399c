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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An edge's way into one site: a few lanes, each kept attached by a thread of its own, and the sessions on them. Any
 * thread.
 */
public final class EdgeTunnel implements AutoCloseable {

    /** The versions of the tunnel that this code speaks, as a carrier's handshake says them: {@code least-most}. */
    public static final String VERSIONS = Versions.OURS.toString();

    /** How often at the most a lane gives way because its process is busy. */
    private static final Duration LOOK_BEYOND = Duration.ofSeconds(1);

    private final String site;
    private final Identity edge;
    private final Dialer dialer;
    private final TunnelSettings settings;
    private final Threads threads;
    private final Budget budget;
    private final LaneSlots slots;
    private final SecureRandom random = new SecureRandom();
    private final List<LaneKeeper> lanes = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes();
    private boolean started;
    private long lookedBeyond = System.nanoTime() - LOOK_BEYOND.toNanos();
    private volatile boolean closed;

    /**
     * A tunnel that dials nobody before the first session.
     *
     * @param site the site's name, for people
     * @param instance the name of this process that no other living process has
     * @param slots where its lanes are shown
     */
    public EdgeTunnel(
            String site,
            String instance,
            Dialer dialer,
            TunnelSettings settings,
            Threads threads,
            Budget budget,
            LaneSlots slots) {
        this.site = site;
        this.edge = Identity.started(instance, random);
        this.dialer = dialer;
        this.settings = settings;
        this.threads = threads;
        this.budget = budget;
        this.slots = slots;
    }

    /**
     * Opens a session. Its first bytes can be written at once; whether the site takes it shows when it is read or
     * written: a refusal is then a {@link RefusedException}.
     *
     * @throws RefusedException if no lane can be had: NO_RELAY, NO_SITE, or BUSY if the far side is full
     */
    public Opened open(Open what, Instant deadline) throws RefusedException {
        Placed placed = place(what, deadline, Set.of());
        return new Opened(
                new SessionLink(placed.session(), CarrierLoop::flush, new Elsewhere(what, deadline, placed.session())),
                placed.relay());
    }

    /**
     * Tries a session again that a process of the site was too busy for: at another, after longer and longer pauses. What an
     * outage took of its time it has again.
     */
    private final class Elsewhere implements SessionLink.Elsewhere {

        private final Open what;
        private final Duration time;
        private Instant deadline;
        private final Set<Identity> busy = new HashSet<>();
        private MuxSession refused;
        private long pauseMillis = 5;

        Elsewhere(Open what, Instant deadline, MuxSession first) {
            this.what = what;
            this.time = Duration.between(Instant.now(), deadline);
            this.deadline = deadline;
            this.refused = first;
        }

        @Override
        public MuxSession open(RefusedException why) throws RefusedException {
            if (refused.turnedBack) {
                deadline = Instant.now().plus(time);
            }
            Instant until = Instant.now().plusMillis(pauseMillis);
            pauseMillis = Math.min(1000, 2 * pauseMillis);
            if (!until.isBefore(deadline)) {
                throw why;
            }
            while (changes.await(changes.seen(), until)) {
                // Other changes than the end of the pause do not matter.
            }
            Identity process = ((EdgeLane) refused.mux().lane()).site();
            if (process != null) {
                busy.add(process);
            }
            lookBeyond(busy);
            refused = place(what, deadline, busy).session();
            return refused;
        }
    }

    /** Where all lanes lead to busy processes, lets one give way: the relay may lead the next one to another process. */
    private void lookBeyond(Set<Identity> busy) {
        synchronized (changes) {
            boolean lately = System.nanoTime() - lookedBeyond < LOOK_BEYOND.toNanos();
            if (lately || lanes.size() >= 2 * settings.lanes()) {
                return;
            }
            lookedBeyond = System.nanoTime();
        }
        List<LaneKeeper> open = lanes.stream().filter(lane -> !lane.replaced).toList();
        if (!open.isEmpty() && open.stream().allMatch(lane -> leadsTo(busy, lane))) {
            open.getFirst().giveWay();
        }
    }

    private static boolean leadsTo(Set<Identity> processes, LaneKeeper lane) {
        Identity process = lane.site();
        return process != null && processes.contains(process);
    }

    /** A session on a lane, and the relay that carries the lane now. */
    record Placed(MuxSession session, String relay) {}

    private Placed place(Open what, Instant deadline, Set<Identity> busy) throws RefusedException {
        long began = System.nanoTime();
        while (true) {
            // Before the look at whether all is over: a change after it must wake us.
            long seen = changes.seen();
            start();
            RefusedException trouble = null;
            for (LaneKeeper lane : emptiestFirst(busy)) {
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
                trouble = lanes.stream().map(lane -> lane.failure().since(began)).filter(Objects::nonNull).findFirst().orElse(null);
            }
            if (trouble != null) {
                throw trouble;
            }
            lanes.forEach(LaneKeeper::hurry);
            if (!changes.await(seen, deadline)) {
                throw tooLate();
            }
        }
    }

    /** As the last attempts have failed, if any has. */
    private RefusedException tooLate() {
        String words = "site " + site + " could not be reached in time";
        return lanes.stream()
                .map(lane -> lane.failure().why())
                .filter(Objects::nonNull)
                .findFirst()
                .map(last -> new RefusedException(last.reason(), words + ": " + last.getMessage(), last))
                .orElseGet(() -> new RefusedException(Reason.NO_SITE, words));
    }

    /** A lane as it was once: what it is sorted by must not change meanwhile. */
    private record Candidate(LaneKeeper lane, boolean busy, int sessions) {}

    private List<LaneKeeper> emptiestFirst(Set<Identity> busy) {
        return lanes.stream()
                .map(lane -> new Candidate(lane, leadsTo(busy, lane), lane.sessions()))
                .sorted(Comparator.comparing(Candidate::busy).thenComparingInt(Candidate::sessions))
                .map(Candidate::lane)
                .toList();
    }

    private void start() throws RefusedException {
        synchronized (changes) {
            if (closed) {
                throw new RefusedException(Reason.BUSY, "the gateway is shutting down");
            }
            if (!started) {
                started = true;
                for (int i = 0; i < settings.lanes(); i++) {
                    add(new Backoff(InstantSource.system(), RandomGenerator.getDefault()), slots.take(LaneStatus.End.EDGE, site));
                }
            }
        }
    }

    private void add(Backoff backoff, LaneSlot slot) {
        LaneKeeper keeper = new LaneKeeper(this, edge, dialer, settings, threads, budget, random, backoff, slot);
        lanes.add(keeper);
        threads.start("lane-" + site, keeper::run);
    }

    /** A lane opens no sessions any more; another takes its place, and it lives on until its sessions are over. */
    void replace() {
        synchronized (changes) {
            if (!closed) {
                add(new Backoff(InstantSource.system(), RandomGenerator.getDefault()), slots.take(LaneStatus.End.EDGE, site));
            }
        }
    }

    /**
     * A lane is over; another takes its place, if none has done so.
     *
     * @param slot where it was shown
     * @param backoff what it has found out about the relay
     */
    void over(LaneKeeper keeper, LaneSlot slot, boolean replaced, Backoff backoff) {
        synchronized (changes) {
            lanes.remove(keeper);
            if (!closed && !replaced) {
                add(backoff, slot);
            } else {
                slot.free();
            }
        }
        changed();
    }

    void changed() {
        changes.tell();
    }

    /**
     * Asks the site over every lane, one after another, so many times how long the way to it and back takes; dials nobody.
     *
     * @param limit how long one lane may take for all of it
     */
    public List<LaneTrips> trips(int times, Duration limit) {
        return lanes.stream().map(lane -> lane.trips(times, limit)).toList();
    }

    /** Asks of every lane what is to become of it, by who has proven to be at its other end; null where nobody has. */
    public void review(Function<@Nullable Peer, Standing> standing) {
        for (LaneKeeper keeper : lanes) {
            EdgeLane lane = keeper.lane();
            lane.lock.lock();
            try {
                if (lane.site() != null) {
                    standing.apply(lane.peer()).befall(lane);
                    CarrierLoop.flush(lane, false);
                }
            } finally {
                lane.lock.unlock();
            }
        }
    }

    /** The site's name. */
    String site() {
        return site;
    }

    /** How many sessions are open. */
    public int sessions() {
        return lanes.stream().mapToInt(LaneKeeper::sessions).sum();
    }

    /** Ends all lanes; sessions that are left end with them. Waits, for two seconds at the most, until the site can know. */
    @Override
    public void close() {
        synchronized (changes) {
            closed = true;
            changed();
        }
        LastWords.of(lanes.stream().map(LaneKeeper::lane).toList(), "the edge gateway has stopped");
    }
}
