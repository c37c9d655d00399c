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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one lane of an edge on a carrier from its making to its end: dials, dials again, replaces what grows old. */
final class LaneKeeper implements Mux.Host {

    private static final Logger LOG = LoggerFactory.getLogger(LaneKeeper.class);
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final Duration DIAL_LIMIT = Duration.ofSeconds(20);

    private final EdgeTunnel tunnel;
    private final EdgeTunnel.Dialer dialer;
    private final TunnelSettings settings;
    private final Threads threads;
    private final EdgeLane lane;
    private final Mux mux;
    private volatile @Nullable RefusedException failure;
    private volatile long failedAttemptBegan = Long.MIN_VALUE;
    private boolean replaced;
    private long attachedAt;
    private final Backoff backoff;
    private final Suspension suspension = new Suspension();

    LaneKeeper(
            EdgeTunnel tunnel,
            Identity edge,
            EdgeTunnel.Dialer dialer,
            TunnelSettings settings,
            Threads threads,
            Budget budget,
            SecureRandom random,
            Backoff backoff) {
        this.backoff = backoff;
        this.tunnel = tunnel;
        this.dialer = dialer;
        this.settings = settings;
        this.threads = threads;
        this.lane = new EdgeLane(edge, random, Mux.FIRST_WINDOW, settings.retention(), System.nanoTime());
        this.mux = new Mux(lane, budget, System::nanoTime, this);
    }

    /** Opens a session, or returns null if the lane has no carrier or takes none. */
    EdgeTunnel.@Nullable Placed open(Open what) throws RefusedException {
        lane.lock.lock();
        try {
            if (!mux.opens()) {
                return null;
            }
            MuxSession session = mux.open(what);
            CarrierLoop.flush(lane, false);
            return new EdgeTunnel.Placed(session, lane.relay());
        } finally {
            lane.lock.unlock();
        }
    }

    EdgeLane lane() {
        return lane;
    }

    int sessions() {
        lane.lock.lock();
        try {
            return mux.count();
        } finally {
            lane.lock.unlock();
        }
    }

    /** Why the lane has no carrier, if an attempt failed that began after then. */
    @Nullable RefusedException failureSince(long nanos) {
        return failedAttemptBegan - nanos > 0 ? failure : null;
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
            tunnel.over(this, replaced, backoff);
        }
        if (lane.state() instanceof Lane.State.Ended(LaneEnd end, String reason)) {
            LOG.atInfo().addKeyValue("lane", lane.id()).addKeyValue("end", end).addKeyValue("reason", reason).log("lane over");
        }
    }

    /** Waits until the lane needs a carrier; true if it needs none any more. */
    private boolean lookAfter() {
        lane.lock.lock();
        try {
            while (true) {
                if (mux.peerLeaves() && !replaced) {
                    replaced = true;
                    mux.leave();
                    CarrierLoop.flush(lane, false);
                    tunnel.replace();
                }
                if (mux.finished() && lane.live()) {
                    lane.reset(LaneEnd.DONE, "");
                }
                if (lane.over()) {
                    return true;
                }
                boolean old = lane.live() && System.nanoTime() - attachedAt > settings.replaceAfter().toNanos();
                if (old || lane.state() instanceof Lane.State.Detached) {
                    return false;
                }
                mux.stateChanged().awaitNanos(LOOK);
                lane.tick(System.nanoTime(), settings.hold().toNanos());
                if (suspension.was()) {
                    Suspension.endCarrier(lane, System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
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
            EdgeTunnel.Opened dialled = dialer.dial(
                    wanted == null ? null : wanted.boot().hex(),
                    Instant.now().plus(left.compareTo(DIAL_LIMIT) < 0 ? left : DIAL_LIMIT));
            use(began, dialled, wanted);
        } catch (OtherProcessException e) {
            otherProcess(e.process(), wanted);
        } catch (RefusedException e) {
            failed(began, e);
        } catch (IOException e) {
            failed(began, new RefusedException(Reason.NO_SITE, String.valueOf(e.getMessage()), e));
        }
    }

    private @Nullable Identity site() {
        lane.lock.lock();
        try {
            return lane.site();
        } finally {
            lane.lock.unlock();
        }
    }

    /** How long the lane may be without a carrier; ends it if it was for longer. One that no site knows has time. */
    private Duration left(@Nullable Identity wanted) {
        if (wanted == null) {
            return DIAL_LIMIT;
        }
        lane.lock.lock();
        try {
            long now = System.nanoTime();
            lane.tick(now, settings.hold().toNanos());
            return lane.over()
                    ? Duration.ofSeconds(-1)
                    : lane.state() instanceof Lane.State.Detached(long since)
                            ? settings.hold().minusNanos(now - since).plusMillis(1)
                            : DIAL_LIMIT;
        } finally {
            lane.lock.unlock();
        }
    }

    /** Lets the site speak, and waits until the lane is on the carrier or the carrier is given up. */
    private void use(long began, EdgeTunnel.Opened dialled, @Nullable Identity wanted) {
        String fault = null;
        boolean lost = false;
        CarrierLoop loop = CarrierLoop.dialled(
                dialled, lane, settings.timing(), wanted == null ? null : wanted.boot(), threads);
        Carrier carrier = loop.carrier();
        lane.lock.lock();
        try {
            while (!lane.over() && carrier.closed() == null && !(lane.live() && lane.cur == carrier)) {
                mux.stateChanged().awaitNanos(LOOK / 10);
            }
            if (lane.live() && lane.cur == carrier) {
                attachedAt = System.nanoTime();
                backoff.succeeded();
                // The carrier is younger than a suspension before.
                suspension.was();
                failure = null;
                LOG.atInfo().addKeyValue("lane", lane.id()).addKeyValue("epoch", lane.epoch).log("lane on a carrier");
            } else {
                lost = !lane.over();
                if (!lost && lane.cur != carrier) {
                    carrier.close("the lane has ended");
                }
                fault = carrier.fault();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            lane.lock.unlock();
        }
        if (fault != null) {
            failed(began, new RefusedException(Reason.NO_SITE, fault));
        } else if (lost) {
            pause();
        }
    }

    /** The relay picks among those who listen: another instance means to dial again, the same one that the old is dead. */
    private void otherProcess(Identity answered, @Nullable Identity wanted) {
        boolean over;
        lane.lock.lock();
        try {
            lane.otherProcess(answered, wanted == null ? null : wanted.boot());
            over = lane.over();
        } finally {
            lane.lock.unlock();
        }
        if (!over) {
            pause();
        }
    }

    private void failed(long began, RefusedException why) {
        boolean news = failure == null || failure.reason() != why.reason();
        failure = why;
        failedAttemptBegan = began;
        tunnel.changed();
        (news ? LOG.atWarn() : LOG.atDebug()).addKeyValue("lane", lane.id())
                .addKeyValue("reason", why.getMessage()).log("no carrier for a lane");
        pause();
    }

    /** Somebody waits for the lane. */
    void hurry() {
        lane.lock.lock();
        try {
            if (backoff.late()) {
                backoff.hurry();
                mux.stateChanged().signalAll();
            }
        } finally {
            lane.lock.unlock();
        }
    }

    private void pause() {
        lane.lock.lock();
        try {
            long end = System.nanoTime() + backoff.next().toNanos();
            boolean late = backoff.late();
            while (!lane.over() && end - System.nanoTime() > 0 && late == backoff.late()) {
                mux.stateChanged().awaitNanos(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            lane.lock.unlock();
        }
    }

    /** Ends the lane; its last word may still be under way. */
    void close() {
        lane.lock.lock();
        try {
            lane.reset(mux.count() == 0 ? LaneEnd.DONE : LaneEnd.PEER_LOST, "the edge gateway has stopped");
        } finally {
            lane.lock.unlock();
        }
    }

    @Override
    public void opened(MuxSession session, Open what) {
        throw new IllegalStateException("a site opens no sessions");
    }

    @Override
    public void changed() {
        tunnel.changed();
        mux.stateChanged().signalAll();
    }
}
