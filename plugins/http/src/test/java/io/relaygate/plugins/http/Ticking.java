package io.relaygate.plugins.http;

import io.relaygate.sdk.testkit.TestClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Moves a route's clock on again and again, with time between: nobody can tell from outside when a handler has begun to wait. */
final class Ticking implements AutoCloseable {

    private static final long PAUSE = 150_000_000;

    private final Thread thread;
    private volatile boolean over;
    private int ticks;

    /** By as many seconds each time. */
    Ticking(TestClock clock, int seconds) {
        thread = Thread.ofVirtual().start(() -> {
            while (!over) {
                clock.advance(Duration.ofSeconds(seconds));
                LockSupport.parkNanos(PAUSE);
                ticked();
            }
        });
    }

    /** Waits until it has moved the clock on so often. */
    synchronized void awaitTicks(int count) {
        int until = ticks + count;
        try {
            while (ticks < until) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void ticked() {
        ticks++;
        notifyAll();
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
