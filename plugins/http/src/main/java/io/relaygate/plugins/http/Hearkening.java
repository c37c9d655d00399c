package io.relaygate.plugins.http;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Hears a client of HTTP/1.1 leave while its destination thinks. That needs a thread that waits for what it says next, and costs
 * too much for each request: it begins where a {@linkplain #look look} now and then finds a request that still waits. What is heard
 * is looked at and left where it is; if it is not the end it is the next request, and nothing more is heard of this one.
 */
final class Hearkening {

    private final Session session;
    private final Connection client;
    private @Nullable Runnable gone;
    private boolean wanted;
    private boolean listens;
    private boolean left;

    Hearkening(Session session, Connection client) {
        this.session = session;
        this.client = client;
    }

    /** An exchange begins, or with null is over: what to do if the client leaves during it. */
    synchronized void during(@Nullable Runnable task) {
        gone = task;
        wanted = false;
    }

    /** From now on nobody else reads from the client until the exchange is over. */
    synchronized void begin() {
        wanted = gone != null;
    }

    /** Listens to a client whose request still waits. Any thread. */
    void look() {
        synchronized (this) {
            if (!wanted || listens) {
                return;
            }
            wanted = false;
            listens = true;
        }
        session.fork("http.client", this::listen);
    }

    private void listen() {
        boolean more = false;
        try {
            more = client.peek(1).hasRemaining();
        } catch (IOException e) {
            // It has broken the connection, or somebody here has.
        } finally {
            heard(!more);
        }
    }

    private void heard(boolean end) {
        Runnable task;
        synchronized (this) {
            listens = false;
            left = end;
            task = end ? gone : null;
            notifyAll();
        }
        if (task != null) {
            task.run();
        }
    }

    /** Whether the client is known to have left during the exchange. */
    synchronized boolean hasLeft() {
        return left && gone != null;
    }

    /** Waits until nobody listens any more: two must not read from one connection. */
    synchronized void awaitEnd() {
        try {
            while (listens) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }
}
