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
    private @Nullable IOException left;

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
        IOException end = new IOException("the client has left");
        try {
            end = client.peek(1).hasRemaining() ? null : end;
        } catch (IOException e) {
            // It has broken the connection, or somebody here has, and says why.
            end = e;
        } finally {
            heard(end);
        }
    }

    private void heard(@Nullable IOException end) {
        Runnable task;
        synchronized (this) {
            listens = false;
            left = end;
            task = end != null ? gone : null;
            notifyAll();
        }
        if (task != null) {
            task.run();
        }
    }

    /** How the client has left during the exchange, if that is known; else null. */
    synchronized @Nullable IOException left() {
        return gone == null ? null : left;
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
