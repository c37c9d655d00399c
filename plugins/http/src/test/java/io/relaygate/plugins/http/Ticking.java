package io.relaygate.plugins.http;

import io.relaygate.sdk.testkit.TestClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Moves a route's clock on by one second again and again: nobody can tell from outside when a handler has begun to wait. */
final class Ticking implements AutoCloseable {

    private static final long PAUSE = 3_000_000;

    private final AtomicInteger seconds = new AtomicInteger();
    private final Thread thread;
    private volatile boolean over;

    Ticking(TestClock clock) {
        thread = Thread.ofVirtual().start(() -> {
            while (!over) {
                seconds.incrementAndGet();
                clock.advance(Duration.ofSeconds(1));
                LockSupport.parkNanos(PAUSE);
            }
        });
    }

    int seconds() {
        return seconds.get();
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
