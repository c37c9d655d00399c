package io.relaygate.sdk.testkit;

import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.observe.AuditRecord;
import io.relaygate.observe.SessionEnd;
import io.relaygate.observe.SessionEvent;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A session of a {@link TestRoute}: its client and the destinations that the handler has connected to. One thread. */
public final class TestSession {

    /** With a limit too: so the gateway waits for the first bytes that a protocol recognises. */
    private static final Set<Thread.State> WAITING = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private static final int QUIET = 3;
    private static final long SAMPLE = 1_000_000;
    private static final Duration LONGEST_SETTLING = Duration.ofSeconds(2);

    private final TestRoute route;
    private final Plan plan;
    private final Peer client;
    private final Map<String, BlockingQueue<Peer>> dialled = new ConcurrentHashMap<>();
    private final List<Peer> destinations = new ArrayList<>();
    private final List<TestEvent> events = new ArrayList<>();
    private final AtomicLong activity = new AtomicLong();
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile @Nullable SessionEnd end;
    private volatile @Nullable Throwable defect;

    TestSession(String id, TestRoute route, Plan plan) {
        this.route = route;
        this.plan = plan;
        PipeLink.Pair pipe = PipeLink.pair();
        this.client = new Peer(Plan.CLIENT, pipe.a(), this, null, plan.stop(Plan.CLIENT));
        this.thread = route.serve(id, this, handlers(pipe.b(), Plan.CLIENT));
    }

    private Link handlers(Link end, String name) {
        return new HandlersEnd(end, plan.cut(name), route.halfClose(), route.clock(), activity);
    }

    /** The handler connects to a destination. */
    Link dialled(String name, @Nullable HostPort asked) {
        PipeLink.Pair pipe = PipeLink.pair();
        Peer peer;
        String label;
        synchronized (this) {
            long before = destinations.stream().filter(each -> each.name().equals(name)).count();
            label = before == 0 ? name : name + " (" + (before + 1) + ")";
            peer = new Peer(label, pipe.a(), this, asked, plan.stop(label));
            destinations.add(peer);
        }
        dialled.computeIfAbsent(name, _ -> new LinkedBlockingQueue<>()).add(peer);
        return handlers(pipe.b(), label);
    }

    void tell(AuditRecord record) {
        switch (record) {
            case SessionEnd ended -> {
                end = ended;
                over.countDown();
            }
            case SessionEvent event -> {
                synchronized (this) {
                    events.add(new TestEvent(event.event(), event.line(), event.facts()));
                }
            }
            default -> {}
        }
    }

    void tell(Throwable thrown) {
        defect = thrown;
    }

    /** The client. */
    public Peer client() {
        return client;
    }

    /** The next connection that the handler makes to this destination; waits for it. */
    public Peer destination(String name) {
        Peer peer = poll(dialled.computeIfAbsent(name, _ -> new LinkedBlockingQueue<>()));
        if (peer == null) {
            throw failure("the handler has not connected to " + name + " within " + patience().toMillis() + " ms", null);
        }
        return peer;
    }

    private @Nullable Peer poll(BlockingQueue<Peer> queue) {
        long limit = System.nanoTime() + patience().toNanos();
        try {
            Peer peer = queue.poll();
            // A handler that has ended connects to nothing any more.
            while (peer == null && System.nanoTime() < limit && over.getCount() > 0) {
                peer = queue.poll(5, TimeUnit.MILLISECONDS);
            }
            return peer == null ? queue.poll() : peer;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the handler has written to the audit so far. */
    public synchronized List<TestEvent> events() {
        return List.copyOf(events);
    }

    /**
     * Waits until the session has ended.
     *
     * @throws AssertionError if it does not end, or if a defect of the handler has ended it: the cause
     */
    public SessionEnding ending() {
        if (!isOver(patience())) {
            throw failure("the session has not ended within " + patience().toMillis() + " ms", null);
        }
        SessionEnd known = end;
        if (known == null || defect != null) {
            throw failure("the session was ended by a defect of the handler", defect);
        }
        Caller caller = known.caller();
        return new SessionEnding(
                known.ending().name(), known.reason(), known.detail(), caller == null ? Caller.ANONYMOUS : caller,
                known.destination(), known.notes());
    }

    private boolean isOver(Duration limit) {
        try {
            return over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Duration patience() {
        return route.patience();
    }

    /** Waits until the handler waits. */
    void settle() {
        settle(() -> true);
    }

    /** Waits until the handler waits and something is true. */
    void settle(BooleanSupplier also) {
        long limit = System.nanoTime() + LONGEST_SETTLING.toNanos();
        long seen = -1;
        for (int quiet = 0; quiet < QUIET && System.nanoTime() < limit; ) {
            long now = activity.get();
            boolean waits = over.getCount() == 0 || (thread != null && WAITING.contains(thread.getState()));
            quiet = now == seen && waits && also.getAsBoolean() ? quiet + 1 : 0;
            seen = now;
            LockSupport.parkNanos(SAMPLE);
        }
    }

    synchronized List<Peer> peers() {
        List<Peer> all = new ArrayList<>(List.of(client));
        all.addAll(destinations);
        return all;
    }

    /** What went wrong, with where the handler is. */
    AssertionError failure(String what, @Nullable Throwable cause) {
        Throwable thrown = defect != null ? defect : cause;
        StringBuilder text = new StringBuilder(what);
        if (cause != null && cause.getMessage() != null) {
            text.append(": ").append(cause.getMessage());
        }
        SessionEnd known = end;
        if (known != null) {
            text.append("\nthe session has ended: ").append(known.ending()).append(known.detail() == null ? "" : ", " + known.detail());
        } else if (thread != null) {
            text.append("\nthe handler is at\n").append(Arrays.stream(thread.getStackTrace())
                    .limit(20)
                    .map(frame -> "    " + frame)
                    .collect(Collectors.joining("\n")));
        }
        return new AssertionError(text.toString(), thrown);
    }
}
