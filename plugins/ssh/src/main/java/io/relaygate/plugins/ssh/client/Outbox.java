package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.wire.Monitor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is said to the peer by a thread that may wait for TCP, for those who must not: the one who reads, and who closes. */
final class Outbox {

    /** How many answers a peer may be owed. One that asks on without reading them gets no more. */
    private static final int MOST_ANSWERS = 1000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Saying> waiting = new ArrayDeque<>();
    private int answers;
    private boolean closed;

    /** Sends something; may wait for TCP. */
    @FunctionalInterface
    interface Saying {
        void say() throws IOException;
    }

    /** Something of our own, of which there is a little for each channel. */
    void add(Saying saying) {
        lock.lock();
        try {
            if (!closed) {
                waiting.add(saying);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Something that the peer has asked for.
     *
     * @throws IOException if it is owed too many answers
     */
    void answer(Saying saying) throws IOException {
        lock.lock();
        try {
            if (answers == MOST_ANSWERS) {
                throw new IOException("it asks for more than it takes answers");
            }
            answers++;
            add(() -> {
                answered();
                saying.say();
            });
        } finally {
            lock.unlock();
        }
    }

    private void answered() {
        lock.lock();
        try {
            answers--;
        } finally {
            lock.unlock();
        }
    }

    /** What is to be said next, or null if there is nothing until then, or ever again. */
    @Nullable Saying next(Instant until) throws IOException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                if (!Monitor.pause(changed, until)) {
                    return null;
                }
            }
            return closed ? null : waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is said any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
