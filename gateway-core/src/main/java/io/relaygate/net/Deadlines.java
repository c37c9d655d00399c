package io.relaygate.net;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for everything that ends at an instant. Actions run on the timer's thread and must not block: they close
 * or abort a connection, which wakes whoever is blocked in it. Safe for every thread.
 */
public final class Deadlines {

    private static final Logger log = LoggerFactory.getLogger(Deadlines.class);
    private static final Deadlines SHARED = new Deadlines(InstantSource.system());
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparing((Timer timer) -> timer.when).thenComparingLong(timer -> timer.number));
    private long made;
    private boolean running;
    private boolean closed;
    /** Until when the thread sleeps, the past while it is awake. */
    private Instant sleepsUntil = Instant.MIN;

    /** A timer of its own; its thread starts with the first deadline. */
    public Deadlines(InstantSource clock) {
        this.clock = clock;
    }

    /** The timer of the process, by the system's clock. */
    public static Deadlines shared() {
        return SHARED;
    }

    /** Something that will happen unless it is cancelled. */
    public final class Timer {

        private final Instant when;
        private final long number;
        private final Runnable action;

        private Timer(Instant when, long number, Runnable action) {
            this.when = when;
            this.number = number;
            this.action = action;
        }

        /** Keeps the action from running, if it has not begun. */
        public void cancel() {
            synchronized (timers) {
                timers.remove(this);
            }
        }
    }

    /** Runs the action at an instant, at once if it has passed. */
    public Timer at(Instant when, Runnable action) {
        synchronized (timers) {
            Timer timer = new Timer(when, made++, action);
            timers.add(timer);
            if (!running && !closed) {
                running = true;
                Threads.ofItsOwn().name("deadlines").start(this::run);
            }
            // Most deadlines are cancelled before they come: for those the thread need not wake up.
            if (when.isBefore(sleepsUntil)) {
                timers.notifyAll();
            }
            return timer;
        }
    }

    /** Runs the action after a while. */
    public Timer after(Duration delay, Runnable action) {
        return at(clock.instant().plus(delay), action);
    }

    /** Whether the instant has passed by this timer's clock. */
    public boolean passed(Instant when) {
        return !when.isAfter(clock.instant());
    }

    /** How many timers wait. */
    public int waiting() {
        synchronized (timers) {
            return timers.size();
        }
    }

    /** Looks at the clock again; for a clock that is set by hand. */
    public void wake() {
        synchronized (timers) {
            timers.notifyAll();
        }
    }

    /** Ends the thread; nothing is due any more. For another timer than the process's. */
    public void close() {
        synchronized (timers) {
            closed = true;
            timers.clear();
            timers.notifyAll();
        }
    }

    private boolean isClosed() {
        synchronized (timers) {
            return closed;
        }
    }

    private void run() {
        while (!isClosed()) {
            try {
                nextDue().run();
            } catch (InterruptedException e) {
                log.atWarn().log("the timer's thread was interrupted and goes on");
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("a deadline's action failed");
            }
        }
    }

    private Runnable nextDue() throws InterruptedException {
        synchronized (timers) {
            while (!closed) {
                @Nullable Timer due = takeDue();
                if (due != null) {
                    return due.action;
                }
                try {
                    timers.wait(sleepsUntil.equals(Instant.MAX) ? 0 : millisUntil(sleepsUntil));
                } finally {
                    sleepsUntil = Instant.MIN;
                }
            }
            return () -> {};
        }
    }

    /** Takes the first one if it is due. Apart, so that the thread that waits for it does not keep it once it is cancelled. */
    private @Nullable Timer takeDue() {
        if (timers.isEmpty()) {
            sleepsUntil = Instant.MAX;
            return null;
        }
        Timer first = timers.first();
        if (passed(first.when)) {
            timers.remove(first);
            return first;
        }
        sleepsUntil = first.when;
        return null;
    }

    private long millisUntil(Instant when) {
        Duration left = Duration.between(clock.instant(), when);
        return left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT.toMillis() : Math.max(1, left.toMillis() + 1);
    }
}
