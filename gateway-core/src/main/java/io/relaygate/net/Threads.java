package io.relaygate.net;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one factory of threads: virtual ones for everything, and platform ones for the pumps of busy sessions up to a
 * limit. A platform thread costs a third of the CPU per round trip, but there cannot be thousands of them. Safe for
 * every thread.
 */
public final class Threads implements AutoCloseable {

    /** The limit of busy pumps that a gateway uses if nothing else is said. */
    public static final int DEFAULT_BUSY = 256;

    private static final Logger log = LoggerFactory.getLogger(Threads.class);
    private static final long SPARE_SECONDS = 10;

    private final ThreadPoolExecutor platform;
    private final int maxBusy;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger alive = new AtomicInteger();

    /**
     * A factory.
     *
     * @param maxBusy how many pumps may have a platform thread at once, 0 for none
     */
    public Threads(int maxBusy) {
        this.maxBusy = maxBusy;
        ThreadFactory names = ofItsOwn().name("busy-", 1).factory();
        this.platform = new ThreadPoolExecutor(
                0, Math.max(1, maxBusy), SPARE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), names);
    }

    /** Starts a virtual thread. What the task throws is a defect and is logged. */
    public Thread start(String name, Runnable task) {
        alive.incrementAndGet();
        return startVirtual(name, () -> {
            try {
                task.run();
            } finally {
                alive.decrementAndGet();
            }
        });
    }

    /** Starts a platform thread, for what is busy for as long as it lives. What the task throws is a defect and is logged. */
    public Thread startPlatform(String name, Runnable task) {
        alive.incrementAndGet();
        return ofItsOwn().name(name).start(() -> {
            try {
                logged(name, task);
            } finally {
                alive.decrementAndGet();
            }
        });
    }

    /**
     * Makes threads for somebody else, who starts and ends them.
     *
     * @param prefix of their names
     */
    public ThreadFactory factory(String prefix) {
        return Thread.ofVirtual().name(prefix, 1).inheritInheritableThreadLocals(false).factory();
    }

    /** Starts a platform thread that the process does not wait for, for code that may never return. */
    public static Thread startDaemon(String name, Runnable task) {
        return ofItsOwn().name(name).start(task);
    }

    /** A platform thread that takes nothing over from who starts it: that may be a plugin, which it would keep in memory. */
    static Thread.Builder.OfPlatform ofItsOwn() {
        return Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false);
    }

    /** Starts a virtual thread for something inside a link, which knows no factory. */
    static Thread startVirtual(String name, Runnable task) {
        return Thread.ofVirtual().name(name).start(() -> logged(name, task));
    }

    private static void logged(String name, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.atError().setCause(e).addKeyValue("thread", name).log("a thread ended by a defect");
        }
    }

    /**
     * Runs the task on a platform thread while the calling thread waits for it. Code of plugins may run in it: it has the caller's
     * context class loader for that time, and the caller gets what it throws.
     *
     * @return false, without having run the task, if all platform threads are taken
     */
    boolean runBusy(Runnable task) {
        if (busy.incrementAndGet() > maxBusy) {
            busy.decrementAndGet();
            return false;
        }
        try {
            Lent lent = new Lent(task);
            try {
                platform.execute(lent);
            } catch (RejectedExecutionException e) {
                return false;
            }
            lent.await();
            return true;
        } finally {
            busy.decrementAndGet();
        }
    }

    /** A task on a thread of somebody else, who made this and waits for its end. */
    private static final class Lent implements Runnable {

        private final Runnable task;
        private final @Nullable ClassLoader context = Thread.currentThread().getContextClassLoader();
        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable RuntimeException failure;
        private @Nullable Error error;

        Lent(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            Thread own = Thread.currentThread();
            ClassLoader before = own.getContextClassLoader();
            own.setContextClassLoader(context);
            try {
                task.run();
            } catch (RuntimeException e) {
                failure = e;
            } catch (Error e) {
                error = e;
            } finally {
                own.setContextClassLoader(before);
                done.countDown();
            }
        }

        void await() {
            awaitFully(done);
            if (failure != null) {
                throw failure;
            }
            if (error != null) {
                throw error;
            }
        }
    }

    /** Waits through interrupts: what ends a pump is the end of its connections. */
    private static void awaitFully(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many pumps have a platform thread now. */
    public int busy() {
        return busy.get();
    }

    /** How many threads that {@link #start} started are alive. */
    public int alive() {
        return alive.get();
    }

    /** Lets no further pump have a platform thread; those that have one keep it to their end. */
    @Override
    public void close() {
        platform.shutdown();
    }
}
