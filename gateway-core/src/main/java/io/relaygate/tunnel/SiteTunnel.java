package io.relaygate.tunnel;

import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A site process's end of all lanes that edges have to it. Any thread. */
public final class SiteTunnel implements AutoCloseable {

    /** A session that an edge wants; one of the two is called, once. */
    public interface Offer {

        /** How its lane reaches this process now. */
        Origin origin();

        /** Takes it. */
        Link accept() throws IOException;

        /** Turns it away; nothing of it has gone anywhere. */
        void refuse(RefusedException why);
    }

    private static final long LOOK_MILLIS = 500;
    private static final String STOPPED = "the site gateway has stopped";

    private final Identity site;
    private final TunnelSettings settings;
    private final Threads threads;
    private final Budget budget;
    private final LaneSlots slots;
    private final BiConsumer<Open, Offer> sessions;
    private final Supplier<Suspension> suspensions;
    private final SecureRandom random = new SecureRandom();
    private final SiteLanes lanes;
    private final Map<Link, SiteLanes.Accepted> opening = new ConcurrentHashMap<>();
    private final Object looking = new Object();
    private boolean looks;
    private @Nullable Runnable whenEmpty;
    private volatile boolean leaving;
    private volatile boolean closed;

    /**
     * A site's end without lanes.
     *
     * @param instance the name of this process that no other living process has
     * @param slots where its lanes are shown
     * @param sessions takes every session, on a thread of its own
     */
    public SiteTunnel(
            String instance,
            TunnelSettings settings,
            Threads threads,
            Budget budget,
            LaneSlots slots,
            BiConsumer<Open, Offer> sessions) {
        this(instance, settings, threads, budget, slots, sessions, Suspension::new);
    }

    SiteTunnel(
            String instance,
            TunnelSettings settings,
            Threads threads,
            Budget budget,
            LaneSlots slots,
            BiConsumer<Open, Offer> sessions,
            Supplier<Suspension> suspensions) {
        this.suspensions = suspensions;
        this.site = Identity.started(instance, random);
        this.settings = settings;
        this.threads = threads;
        this.budget = budget;
        this.slots = slots;
        this.sessions = sessions;
        this.lanes = new SiteLanes(site, settings.retention(), this::made);
    }

    /** Which process this is: for the edges that look for another one. */
    public String instance() {
        return site.instance();
    }

    /** Which run of it this is, 32 hexadecimal digits. */
    public String boot() {
        return site.boot().hex();
    }

    /** Serves a carrier; returns once it belongs to a lane, or is over. */
    public void serve(Link carrier, Origin origin) {
        Hello hello = new Hello(Versions.OURS, site, Bits.random(CarrierRecord.NONCE, random), Mux.FIRST_WINDOW);
        SiteLanes.Accepted accepted = lanes.new Accepted(hello, origin);
        opening.put(carrier, accepted);
        try {
            if (closed) {
                carrier.close();
                return;
            }
            CarrierLoop.accepted(carrier, accepted, hello, settings.timing(), threads);
        } finally {
            opening.remove(carrier);
        }
    }

    private void made(SiteLane lane) {
        new Ear(lane);
        synchronized (looking) {
            if (!looks && !closed) {
                looks = true;
                threads.start("lanes", this::look);
            }
        }
    }

    /** Hears what the mux of one lane tells. */
    private final class Ear implements MuxHost {

        private final SiteLane lane;
        private final Mux mux;
        private final LaneSlot slot;
        private final LaneLog log;
        private boolean over;

        Ear(SiteLane lane) {
            this.lane = lane;
            this.mux = new Mux(lane, budget, System::nanoTime, this);
            this.slot = slots.take(LaneStatus.End.SITE, lane.from());
            this.log = new LaneLog(lane, slot.place());
            slot.hold(lane, mux, () -> null);
            if (leaving) {
                mux.leave();
            }
            if (closed) {
                lane.end(LaneEnd.DONE, STOPPED);
            }
        }

        @Override
        public void opened(MuxSession session, Open what) {
            threads.start("session", () -> {
                try {
                    sessions.accept(what, new Wanted(session));
                } finally {
                    locked(lane, session::settle);
                }
            });
        }

        @Override
        public void changed() {
            if (mux.peerLeaves()) {
                mux.leave();
            }
            log.changed();
            if (!over && lane.over()) {
                over = true;
                lanes.forget(lane);
                slot.free();
                threads.start("lane-over", SiteTunnel.this::emptied);
            }
        }
    }

    /** A session that was opened. */
    private static final class Wanted implements Offer {

        private final MuxSession session;

        Wanted(MuxSession session) {
            this.session = session;
        }

        @Override
        public Origin origin() {
            return ((SiteLane) session.mux().lane()).origin();
        }

        @Override
        public Link accept() throws IOException {
            SessionLink link = new SessionLink(session, CarrierLoop::flush, null);
            link.accept();
            return link;
        }

        @Override
        public void refuse(RefusedException why) {
            Lane lane = session.mux().lane();
            lane.lock.lock();
            try {
                session.refuse(why.reason().name(), String.valueOf(why.getMessage()));
                CarrierLoop.flush(lane, false);
            } finally {
                lane.lock.unlock();
            }
        }
    }

    /** Ends lanes that have been without a carrier for too long, and carriers that the machine has slept through. */
    private void look() {
        Suspension suspension = suspensions.get();
        while (awaitLook()) {
            boolean suspended = suspension.was();
            lanes.all().forEach(lane -> locked(lane, () -> {
                if (suspended) {
                    Suspension.endCarrier(lane, System.nanoTime());
                }
                lane.tick(System.nanoTime(), settings.hold().toNanos());
            }));
        }
    }

    /** Waits for a while; false if there is nothing to look after any more. Takes no lock of a lane. */
    @SuppressWarnings("WaitNotInLoop") // Whoever is woken for nothing only looks earlier.
    private boolean awaitLook() {
        synchronized (looking) {
            if (closed || lanes.all().isEmpty()) {
                looks = false;
                return false;
            }
            try {
                looking.wait(LOOK_MILLIS);
                return true;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts our threads", e);
            }
        }
    }

    private static void locked(SiteLane lane, Runnable action) {
        lane.lock.lock();
        try {
            action.run();
            CarrierLoop.flush(lane, false);
        } finally {
            lane.lock.unlock();
        }
    }

    /**
     * Takes no new sessions; lanes end with their last one.
     *
     * @param whenNone called once, when no lane is left
     */
    public void leave(Runnable whenNone) {
        synchronized (looking) {
            leaving = true;
            whenEmpty = whenNone;
        }
        lanes.all().forEach(lane -> locked(lane, lane::leave));
        emptied();
    }

    private void emptied() {
        Runnable told;
        synchronized (looking) {
            if (!lanes.all().isEmpty()) {
                return;
            }
            told = whenEmpty;
            whenEmpty = null;
        }
        if (told != null) {
            told.run();
        }
    }

    /** Asks of every lane what is to become of it, by who has proven to be at its other end; null where nobody has. */
    public void review(Function<@Nullable Peer, Standing> standing) {
        lanes.all().forEach(lane -> locked(lane, () -> standing.apply(lane.origin().peer()).befall(lane)));
    }

    /** How many lanes there are. */
    public int lanes() {
        return lanes.all().size();
    }

    /** Ends all lanes; sessions that are left end with them. Waits, for two seconds at the most, until the edges can know. */
    @Override
    public void close() {
        closed = true;
        opening.values().removeIf(accepted -> accepted.lane() != null);
        opening.keySet().forEach(carrier -> threads.start("carrier-close", carrier::close));
        LastWords.of(lanes.all(), STOPPED);
        synchronized (looking) {
            looking.notifyAll();
        }
    }
}
