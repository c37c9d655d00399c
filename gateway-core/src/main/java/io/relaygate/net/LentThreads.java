package io.relaygate.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that a route or a destination has made for its plugin, and ends. Any thread. */
public final class LentThreads implements ThreadFactory {

    private static final Logger LOG = LoggerFactory.getLogger(LentThreads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String owner;
    private final ThreadFactory factory;
    private final List<Thread> made = new ArrayList<>();
    private boolean ended;

    /**
     * None yet.
     *
     * @param owner what lends them, for people: {@code route sql}
     */
    public LentThreads(String owner, Threads threads) {
        this.owner = owner;
        this.factory = threads.factory(owner + "-");
    }

    /**
     * Makes one, with the context class loader of whoever asks.
     *
     * @throws IllegalStateException if their owner has ended
     */
    @Override
    public Thread newThread(Runnable task) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Thread thread = factory.newThread(task);
        thread.setContextClassLoader(loader);
        synchronized (made) {
            if (ended) {
                throw new IllegalStateException(owner + " has ended and makes no threads");
            }
            made.removeIf(each -> each.getState() == Thread.State.TERMINATED);
            made.add(thread);
        }
        return thread;
    }

    /** Interrupts those that have not ended: it is all that libraries, whose threads they are, understand. */
    public void end() {
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
                LOG.atWarn().addKeyValue("thread", each.getName()).log("a thread of a plugin goes on after what lent it has ended");
            }
        }
    }
}
