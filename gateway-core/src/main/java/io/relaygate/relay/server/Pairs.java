package io.relaygate.relay.server;

import io.relaygate.relay.RelayHeaders;
import io.relaygate.relay.server.Waiting.Request;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The senders and listeners on the wire whose frames and HTTP requests the relay passes on. Some are carriers of tunnels, which their edges
 * replace without loss; the others are sessions, which end with the relay. Any thread.
 */
public final class Pairs {

    private final Set<Forwarding> carriers = new HashSet<>();
    private final Set<Forwarding> sessions = new HashSet<>();
    private int requests;
    private boolean draining;

    Pairs() {}

    /**
     * An HTTP request is about to be relayed.
     *
     * @return false if the relay is about to end, and it must not be
     */
    synchronized boolean begin() {
        requests += draining ? 0 : 1;
        return !draining;
    }

    /** The request was answered, or given up. */
    synchronized void end() {
        requests--;
        notifyAll();
    }

    /**
     * A sender and a listener are joined.
     *
     * @return false if the relay is about to end, and they must not be
     */
    synchronized boolean add(Forwarding frames, Request request) {
        return !draining && (request.headers().containsKey(RelayHeaders.TUNNEL) ? carriers : sessions).add(frames);
    }

    /** They have ended. */
    synchronized void remove(Forwarding frames) {
        carriers.remove(frames);
        sessions.remove(frames);
        notifyAll();
    }

    /** Whether the relay takes no senders any more. */
    synchronized boolean draining() {
        return draining;
    }

    /** How many sessions there are, and HTTP requests under way. */
    public synchronized int sessions() {
        return sessions.size() + requests;
    }

    /**
     * Turns away senders on the wire from now on, and drops carriers: the sooner their edges know, the sooner they are on
     * another relay. Sessions go on, and so do senders of this process.
     */
    public void drain() {
        List<Forwarding> dropped;
        synchronized (this) {
            draining = true;
            dropped = List.copyOf(carriers);
        }
        dropped.forEach(Forwarding::abort);
    }

    /**
     * Waits until no session and no HTTP request is left.
     *
     * @return false if the limit passed first
     */
    public synchronized boolean awaitNone(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (sessions() > 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }
}
