package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.wire.Monitor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What is said to the peer by a thread that may wait for TCP, for those who must not: the one who reads, and who closes. */
final class Outbox {

    /** How many answers a peer may be owed. One that asks on without reading them gets no more. */
    private static final int MOST_ANSWERS = 1000;

    private final ArrayDeque<Saying> waiting = new ArrayDeque<>();
    private int answers;
    private boolean closed;

    /** Sends something; may wait for TCP. */
    @FunctionalInterface
    interface Saying {
        void say() throws IOException;
    }

    /** Something of our own, of which there is a little for each channel. */
    synchronized void add(Saying saying) {
        if (!closed) {
            waiting.add(saying);
            notifyAll();
        }
    }

    /**
     * Something that the peer has asked for.
     *
     * @throws IOException if it is owed too many answers
     */
    synchronized void answer(Saying saying) throws IOException {
        if (answers == MOST_ANSWERS) {
            throw new IOException("it asks for more than it takes answers");
        }
        answers++;
        add(() -> {
            answered();
            saying.say();
        });
    }

    private synchronized void answered() {
        answers--;
    }

    /** What is to be said next, or null if there is nothing until then, or ever again. */
    synchronized @Nullable Saying next(Instant until) throws IOException {
        while (waiting.isEmpty() && !closed) {
            if (!Monitor.pause(this, until)) {
                return null;
            }
        }
        return closed ? null : waiting.remove();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Nothing is said any more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        notifyAll();
    }
}
