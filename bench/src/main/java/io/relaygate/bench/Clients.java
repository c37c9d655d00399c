package io.relaygate.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Platform threads that generate load until they are stopped; the first that fails spoils the measurement. */
final class Clients implements AutoCloseable {

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile boolean abandoned;

    /** What one thread does. */
    interface Work {
        /** Called once, and again until stopped, or until it returns false. */
        boolean turn() throws IOException;
    }

    void start(Work work) {
        threads.add(Thread.ofPlatform().daemon().name("client-" + threads.size()).start(() -> repeat(work)));
    }

    private void repeat(Work work) {
        try {
            boolean more;
            do {
                more = work.turn();
            } while (more && !stopped);
        } catch (IOException | RuntimeException e) {
            if (!abandoned) {
                failure.compareAndSet(null, e);
            }
        }
    }

    /** Lets every thread end with the turn that it is in. */
    void stop() {
        stopped = true;
    }

    /** Stops them; what fails from now on, because its connection is closed, is no failure. */
    void abandon() {
        abandoned = true;
        stop();
    }

    /** Throws what made the first of the threads fail, if one did. */
    void check() throws IOException {
        Exception first = failure.get();
        if (first != null) {
            throw new IOException("a client failed: " + first, first);
        }
    }

    /** Waits for the threads; whatever they block on must be closed, or come to its end by itself. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        abandon();
    }
}
