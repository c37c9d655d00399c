package io.relaygate.entrypoint;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The places of an entry point's sessions: taken before a client is accepted, given back when its session is over. */
final class Places {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int limit;
    private int taken;
    private boolean released;

    Places(int limit) {
        this.limit = limit;
    }

    /** Waits for a place; returns without a wait once {@link #release} was called. */
    void take() {
        lock.lock();
        try {
            while (taken >= limit && !released) {
                changed.awaitUninterruptibly();
            }
            taken++;
        } finally {
            lock.unlock();
        }
    }

    void giveBack() {
        lock.lock();
        try {
            taken--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void limit(int changedLimit) {
        lock.lock();
        try {
            limit = changedLimit;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a while, or until {@link #release}. */
    void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !released) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody who waits go on. */
    void release() {
        lock.lock();
        try {
            released = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
