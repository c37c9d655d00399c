package io.relaygate.route;

import io.relaygate.net.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that a route has made for its plugin, and ends. Any thread. */
final class LentThreads implements ThreadFactory {

    private static final Logger LOG = LoggerFactory.getLogger(LentThreads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String route;
    private final ThreadFactory factory;
    private final List<Thread> made = new ArrayList<>();
    private boolean ended;

    LentThreads(String route, Threads threads) {
        this.route = route;
        this.factory = threads.factory("route " + route + "-");
    }

    /**
     * Makes one, with the context class loader of whoever asks.
     *
     * @throws IllegalStateException if the route has ended
     */
    @Override
    public Thread newThread(Runnable task) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Thread thread = factory.newThread(task);
        thread.setContextClassLoader(loader);
        synchronized (made) {
            if (ended) {
                throw new IllegalStateException("route " + route + " has ended and makes no threads");
            }
            made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
            made.add(thread);
        }
        return thread;
    }

    /** Interrupts those that have not ended: it is all that libraries, whose threads they are, understand. */
    void end() {
        List<Thread> left;
        synchronized (made) {
            ended = true;
            left = made.stream().filter(Thread::isAlive).toList();
        }
        left.forEach(Thread::interrupt);
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Thread each : left) {
            try {
                each.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts our threads", e);
            }
            if (each.isAlive()) {
                LOG.atWarn().addKeyValue("thread", each.getName()).log("a thread of a plugin goes on after its route has ended");
            }
        }
    }
}
