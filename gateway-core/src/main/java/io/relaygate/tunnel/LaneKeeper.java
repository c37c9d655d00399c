package io.relaygate.tunnel;

import io.relaygate.net.Backoff;
import io.relaygate.net.Threads;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps one lane of an edge on a carrier from its making to its end: dials, dials again, replaces what grows old. */
final class LaneKeeper implements MuxHost {

    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final Duration DIAL_LIMIT = Duration.ofSeconds(15);
    private final EdgeTunnel tunnel;
    private final Dialer dialer;
    private final TunnelSettings settings;
    private final Threads threads;
    private final LaneSlot slot;
    private final EdgeLane lane;
    private final Mux mux;
    private final LaneLog log;
    volatile boolean replaced;
    private long attachedAt;
    private final Attempts attempts;
    private final Backoff backoff;
    private final Suspension suspension = new Suspension();
    LaneKeeper(
            EdgeTunnel tunnel,
            Identity edge,
            Dialer dialer,
            TunnelSettings settings,
            Threads threads,
            Budget budget,
            SecureRandom random,
            Backoff backoff,
            LaneSlot slot) {
        this.attempts = new Attempts(backoff);
        this.backoff = backoff;
        this.slot = slot;
        this.tunnel = tunnel;
        this.dialer = dialer;
        this.settings = settings;
        this.threads = threads;
        this.lane = new EdgeLane(edge, random, Mux.FIRST_WINDOW, settings.retention(), System.nanoTime());
        this.log = new LaneLog(lane, slot.place());
        this.mux = new Mux(lane, budget, System::nanoTime, this);
        slot.hold(lane, mux, attempts.failure()::why);
    }

    /** Opens a session, or returns null if the lane has no carrier or takes none. */
    EdgeTunnel.@Nullable Placed open(Open what) throws RefusedException {
        lane.lock.lock();
        try {
            MuxSession session = mux.opens() ? mux.open(what) : null;
            CarrierLoop.flush(lane, false);
            if (session == null) {
                return null;
            }
            log.opened(what);
            return new EdgeTunnel.Placed(session, lane.relay());
        } finally {
            lane.lock.unlock();
        }
    }

    EdgeLane lane() {
        return lane;
    }

    int sessions() {
        int[] count = {0};
        locked(() -> count[0] = mux.count());
        return count[0];
    }

    /** Why the lane has no carrier. */
    LastFailure failure() {
        return attempts.failure();
    }

    void run() {
        try {
            while (!lookAfter()) {
                if (backoff.justUp()) {
                    pause();
                }
                dial();
            }
        } finally {
            // Only after a defect it is not over yet.
            locked(() -> lane.fail("a defect of this gateway"));
            slot.leave();
            tunnel.over(this, slot, replaced, backoff);
        }
    }

    /** Waits until the lane needs a carrier; true if it needs none any more. */
    private boolean lookAfter() {
        lane.lock.lock();
        try {
            while (true) {
                if (mux.peerLeaves()) {
                    giveWay();
                }
                if (mux.finished() && lane.live()) {
                    lane.reset(LaneEnd.DONE, "");
                } else if (replaced && mux.count() == 0 && !mux.owes() && !lane.live()) {
                    lane.end(LaneEnd.DONE, "");
                }
                if (lane.over()) {
                    return true;
                }
                if (lane.state() instanceof Lane.State.Detached) {
                    dialer.lost(lane.relay());
                    return false;
                }
                if (lane.live() && System.nanoTime() - attachedAt > settings.replaceAfter().toNanos()) {
                    return false;
                }
                boolean full = !mux.opens();
                Changes.await(mux.stateChanged(), LOOK);
                if (full && mux.opens()) {
                    tunnel.changed();
                }
                lane.tick(System.nanoTime(), settings.hold().toNanos());
                if (suspension.was()) {
                    Suspension.endCarrier(lane, System.nanoTime());
                }
            }
        } finally {
            lane.lock.unlock();
        }
    }

    /** Opens no sessions any more; another lane takes its place, and leads to whichever process the relay picks. */
    void giveWay() {
        locked(() -> {
            if (!replaced) {
                replaced = true;
                mux.leave();
                CarrierLoop.flush(lane, false);
                tunnel.replace();
            }
        });
    }

    private void locked(Runnable action) {
        lane.lock.lock();
        try {
            action.run();
        } finally {
            lane.lock.unlock();
        }
    }

    private void dial() {
        long began = System.nanoTime();
        Identity wanted = site();
        Duration left = left(wanted);
        if (left.isNegative()) {
            return;
        }
        try {
            Opened dialled = dialer.dial(
                    wanted == null ? null : wanted.boot().hex(),
                    Instant.now().plus(left.compareTo(attempts.limit()) < 0 ? left : attempts.limit()));
            log.dialled(dialled.relay(), began);
            use(began, dialled, wanted);
        } catch (OtherProcessException e) {
            log.strayed(e.process(), began);
            otherProcess(e.process(), wanted);
        } catch (RefusedException e) {
            failed(began, e);
        } catch (IOException e) {
            failed(began, new RefusedException(Reason.NO_SITE, String.valueOf(e.getMessage()), e));
        }
    }

    /** The process that the lane leads to; null before it was made. */
    @Nullable Identity site() {
        return lane.site();
    }

    /** How long the lane may be without a carrier; ends it if it was for longer. One that no site knows has time. */
    private Duration left(@Nullable Identity wanted) {
        if (wanted == null) {
            return DIAL_LIMIT;
        }
        Duration[] left = {DIAL_LIMIT};
        locked(() -> {
            long now = System.nanoTime();
            lane.tick(now, settings.hold().toNanos());
            if (lane.over()) {
                left[0] = Duration.ofSeconds(-1);
            } else if (lane.state() instanceof Lane.State.Detached(long since)) {
                left[0] = settings.hold().minusNanos(now - since).plusMillis(1);
            }
        });
        return left[0];
    }

    /** Lets the site speak, and waits until the lane is on the carrier or the carrier is given up. */
    private void use(long began, Opened dialled, @Nullable Identity wanted) {
        String fault = null;
        boolean lost = false;
        Carrier carrier = CarrierLoop.dialled(dialled, lane, settings.timing(), wanted == null ? null : wanted.boot(), threads)
                .carrier();
        lane.lock.lock();
        try {
            while (!lane.over() && carrier.closed() == null && !(lane.live() && lane.cur == carrier)) {
                Changes.await(mux.stateChanged(), LOOK / 10);
            }
            if (lane.live() && lane.cur == carrier) {
                attachedAt = System.nanoTime();
                attempts.succeeded();
                // The carrier is younger than a suspension before.
                suspension.was();
            } else {
                lost = !lane.over();
                if (!lost && lane.cur != carrier) {
                    carrier.close("the lane has ended");
                }
                fault = carrier.fault();
            }
        } finally {
            lane.lock.unlock();
        }
        if (fault != null) {
            dialer.failed(dialled.relay(), new RefusedException(Reason.NO_SITE, fault));
            failed(began, new RefusedException(Reason.NO_SITE, fault));
        } else if (lost) {
            pause();
        }
    }

    /** The relay picks among those who listen: another instance means to dial again, the same one that the old is dead. */
    private void otherProcess(Identity answered, @Nullable Identity wanted) {
        locked(() -> lane.otherProcess(answered, wanted == null ? null : wanted.boot()));
        attempts.strayed();
        if (!lane.over() && attempts.astray()) {
            locked(() -> mux.sessions().forEach(MuxSession::turnBack));
            tunnel.changed();
            pause();
        }
    }

    private void failed(long began, RefusedException why) {
        boolean tell = attempts.failed(began, why, System.nanoTime());
        tunnel.changed();
        log.failed(why, began, tell);
        pause();
    }

    /** Somebody waits for the lane: if its process may be gone, another lane is made. */
    void hurry() {
        locked(() -> {
            if (attempts.astray()) {
                giveWay();
            }
            if (backoff.late()) {
                backoff.hurry();
                mux.stateChanged().signalAll();
            }
        });
    }

    private void pause() {
        lane.lock.lock();
        try {
            long end = System.nanoTime() + backoff.next().toNanos();
            boolean late = backoff.late();
            while (!lane.over() && end - System.nanoTime() > 0 && late == backoff.late()) {
                Changes.await(mux.stateChanged(), end - System.nanoTime());
            }
        } finally {
            lane.lock.unlock();
        }
    }

    /** Asks the site so many times how long it takes to answer. */
    LaneTrips trips(int times, Duration limit) {
        return new LaneTrips(slot.place().number(), lane.relay(), new Questions(lane).ask(times, limit));
    }

    @Override
    public void opened(MuxSession session, Open what) {
        throw new IllegalStateException("a site opens no sessions");
    }

    @Override
    public void changed() {
        log.changed();
        tunnel.changed();
    }
}
