package io.relaygate.session;

import io.relaygate.access.Arrival;
import io.relaygate.destination.Dialed;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.observe.SessionEnd;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that are open: serves each to its end and writes its audit record. */
public final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final @Nullable String site;
    private final Threads threads;
    private final InstantSource clock;
    private final AuditTrail audit;
    private final SessionMetrics metrics;
    private final Refusals refusals;
    private volatile @Nullable Policy policy;
    private final Deadlines deadlines;
    private final Map<LiveSession, Permission> live = new ConcurrentHashMap<>();
    private final Object changed = new Object();

    /**
     * No sessions yet.
     *
     * @param site the site that this gateway belongs to, or null; for the audit
     * @param audit takes a record of each, and says whether a new one may begin
     * @param deadlines says when to ask the policy again
     */
    public Sessions(
            @Nullable String site, Threads threads, InstantSource clock, Metrics metrics, AuditTrail audit, Deadlines deadlines) {
        this.site = site;
        this.threads = threads;
        this.clock = clock;
        this.audit = audit;
        this.deadlines = deadlines;
        this.metrics = new SessionMetrics(metrics, live::size);
        this.refusals = new Refusals(metrics, clock);
    }

    /** What a session does between its beginning and its end. */
    @FunctionalInterface
    public interface Story {
        /** Finds the session's route and lets its protocol handle it. */
        void tell(LiveSession session) throws IOException;
    }

    /** Says who may go on. */
    @FunctionalInterface
    public interface Policy {
        /**
         * Asks for a session that is open.
         *
         * @return until when it may go on, as far as time alone can say: then it is asked again
         * @throws RefusedException if it may not go on
         */
        Instant ask(LiveSession session) throws RefusedException;
    }

    /** A new policy counts from now on; called before the first session is routed by it. */
    public void follow(Policy latest) {
        policy = latest;
    }

    /** Asks the latest policy for all sessions that have a route; those that may not go on end. */
    public void review() {
        live.forEach((session, permission) -> {
            if (session.isRouted()) {
                permission.review();
            }
        });
    }

    /**
     * A session has its route now, or somebody wants to go somewhere in it: asks the latest policy, now and whenever its answer
     * runs out.
     *
     * @throws RefusedException if it may not go on
     */
    public void ask(LiveSession session) throws RefusedException {
        Permission permission = live.get(session);
        if (permission != null) {
            permission.ask();
        }
    }

    /** Serves one arrival to its end, on the calling thread. */
    public void serve(Arrival arrival, Story story) {
        Duration before = Duration.between(arrival.accepted(), clock.instant());
        long began = System.nanoTime() - Math.max(0, before.toNanos());
        LiveSession session = new LiveSession(arrival, threads, audit, metrics);
        boolean audited = audit.takesSessions();
        Permission permission = new Permission(session, () -> policy, deadlines, threads);
        live.put(session, permission);
        metrics.began(arrival.entryPoint());
        Exception failure = null;
        try {
            if (!audited) {
                throw AuditTrail.refusal();
            }
            story.tell(session);
        } catch (IOException | RuntimeException e) {
            failure = known(e);
        } catch (Error e) {
            failure = new IllegalStateException(e);
        }
        try {
            permission.over();
            session.end(failure);
        } finally {
            finish(session, audited, failure, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private void finish(
            LiveSession session, boolean audited, @Nullable Exception failure, Duration time) {
        SessionResult result = session.result();
        Ending ending = ending(result, failure);
        if (ending == Ending.BROKEN) {
            LOG.atError()
                    .addKeyValue("session", result.arrival().session())
                    .addKeyValue("protocol", String.valueOf(result.protocol()))
                    .setCause(failure)
                    .log("a defect ended a session");
        }
        RefusedException refusal = ending == Ending.REFUSED ? refusal(result, failure) : null;
        // A session that was refused for the audit's sake must not take room from those that went somewhere.
        if (audited) {
            audit.record(end(result, ending, refusal, failure, time));
        }
        metrics.ended(result, ending);
        if (refusal != null) {
            refusals.refused(result, refusal);
        }
        // Who was let in and may not go on has tried nothing.
        result.arrival().client().over(result.killed() == null ? refusal : null);
        live.remove(session);
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    /** Protocols may say in their own words that a connection was lost. */
    private static Exception known(Exception failure) {
        for (Throwable each = failure; each != null && !(each instanceof RefusedException); each = each.getCause()) {
            if (each instanceof LostException lost) {
                return lost;
            }
        }
        return failure;
    }

    private static Ending ending(SessionResult result, @Nullable Exception failure) {
        if (result.killed() != null) {
            return result.killed();
        }
        return switch (failure) {
            case null -> endingOf(result);
            case RefusedException refused -> Ending.REFUSED;
            case LostException lost -> lost.ending();
            case SocketTimeoutException timeout -> Ending.DEADLINE;
            case IOException lost -> result.arrival().client().relayed() ? Ending.RELAY_LOST : Ending.PEER_LOST;
            default -> Ending.BROKEN;
        };
    }

    private static Ending endingOf(SessionResult result) {
        Splice.Outcome outcome = result.outcome();
        if (outcome == null) {
            return Ending.CALLER_DONE;
        }
        boolean caller = outcome.decisive() == Splice.Side.A;
        if (outcome.failure() == null) {
            return caller ? Ending.CALLER_DONE : Ending.DESTINATION_DONE;
        }
        switch (outcome.failure()) {
            case SocketTimeoutException timeout -> {
                return Ending.DEADLINE;
            }
            case RefusedException refused -> {
                return Ending.REFUSED;
            }
            case LostException lost -> {
                return lost.ending();
            }
            default -> {}
        }
        boolean overRelay = caller
                ? result.arrival().client().relayed()
                : result.dialed() != null && result.dialed().plain();
        return overRelay ? Ending.RELAY_LOST : Ending.PEER_LOST;
    }

    /** Why a session was refused: before it was carried, or by its first bytes' answer. */
    private static @Nullable RefusedException refusal(SessionResult result, @Nullable Exception failure) {
        if (result.refusal() != null) {
            return result.refusal();
        }
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        Splice.Outcome outcome = result.outcome();
        return outcome != null && outcome.failure() instanceof RefusedException refused ? refused : null;
    }

    private SessionEnd end(
            SessionResult result,
            Ending ending,
            @Nullable RefusedException refusal,
            @Nullable Exception failure,
            Duration time) {
        Arrival arrival = result.arrival();
        SessionFacts facts = result.facts();
        Dialed dialed = result.dialed();
        DestinationName destination = result.destination();
        return new SessionEnd(
                arrival.session(),
                arrival.entryPoint(),
                facts == null ? null : facts.route(),
                result.protocol(),
                facts == null ? arrival.caller() : facts.caller(),
                arrival.sender(),
                destination == null ? null : destination.toString(),
                dialed != null && dialed.relay() != null ? dialed.relay() : arrival.relay(),
                destination != null && destination.site() != null ? destination.site() : site,
                arrival.source(),
                result.bytesUp(),
                result.bytesDown(),
                arrival.accepted(),
                time,
                ending,
                refusal == null ? null : refusal.reason(),
                refusal == null ? detail(result, failure) : refusal.getMessage(),
                result.notes());
    }

    private static @Nullable String detail(SessionResult result, @Nullable Exception failure) {
        if (failure != null) {
            return String.valueOf(failure.getMessage());
        }
        Splice.Outcome outcome = result.outcome();
        return outcome == null || outcome.failure() == null
                ? null
                : (outcome.decisive() == Splice.Side.A ? "client: " : "destination: ") + outcome.failure().getMessage();
    }

    /** How many sessions are open. */
    public int open() {
        return live.size();
    }

    /**
     * Waits until no session is open.
     *
     * @return false if the limit passed first
     */
    public boolean awaitNone(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (changed) {
            while (!live.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    changed.wait(Math.max(1, left / 1_000_000));
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts our threads", e);
                }
            }
        }
        return true;
    }

    /** Ends all sessions now. */
    public void kill(Ending why) {
        live.keySet().forEach(session -> session.kill(why));
    }
}
