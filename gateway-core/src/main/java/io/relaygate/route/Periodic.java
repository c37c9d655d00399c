package io.relaygate.route;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Threads;
import java.io.Closeable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task of a plugin that runs again and again, as the plugin that gave it. Any thread. */
final class Periodic implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Periodic.class);

    /** How long the end of a route waits for a task that has begun. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final Duration period;
    private final Runnable task;
    private final Deadlines deadlines;
    private final Threads threads;
    private final ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private Deadlines.@Nullable Timer next;
    private boolean closed;
    private boolean running;

    Periodic(String name, Duration period, Runnable task, Deadlines deadlines, Threads threads) {
        this.name = name;
        this.period = period;
        this.task = task;
        this.deadlines = deadlines;
        this.threads = threads;
    }

    synchronized void begin() {
        if (!closed) {
            next = deadlines.after(period, this::due);
        }
    }

    private synchronized void due() {
        if (!closed) {
            running = true;
            threads.start(name, this::once);
        }
    }

    private void once() {
        Thread.currentThread().setContextClassLoader(loader);
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().addKeyValue("thread", name).setCause(e).log("a task of a plugin failed by a defect");
        } finally {
            over();
        }
    }

    private synchronized void over() {
        running = false;
        notifyAll();
        begin();
    }

    synchronized boolean isOver() {
        return closed && !running;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }

    /** Waits for a time that has begun, but not for ever. */
    synchronized void awaitOver() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long left = PATIENCE.toMillis(); running && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts our threads", e);
            }
        }
        if (running) {
            LOG.atWarn().addKeyValue("thread", name).log("a task of a plugin goes on after its route has ended");
        }
    }
}
