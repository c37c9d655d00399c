package io.relaygate.session;

import io.relaygate.net.CountedLink;
import io.relaygate.net.Link;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import io.relaygate.sdk.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a session has carried: the bytes that its client sent and got, by whatever way the protocol took, and how its first
 * splice ended. Where TLS ends in the protocol, its records are what counts. Any thread.
 */
final class Carried {

    private final Threads threads;
    private @Nullable CountedLink client;
    private Splice.@Nullable Outcome outcome;
    private long up;
    private long down;

    Carried(Threads threads) {
        this.threads = threads;
    }

    /** The client's side from now on. */
    synchronized Link client(Link link) {
        client = new CountedLink(link);
        return client;
    }

    /** Carries bytes both ways between two connections until both directions have ended. */
    void splice(Connection a, Connection b) {
        CountedLink known;
        synchronized (this) {
            known = client;
        }
        if (known == null || !(a.equals(known) || b.equals(known))) {
            ended(Splice.run(a, b, threads));
            return;
        }
        // The splice knows faster ways between links that it knows, and counts itself.
        Splice.Outcome end = Splice.run(known.under(), a.equals(known) ? b : a, threads);
        ended(end);
        synchronized (this) {
            up += end.aToB();
            down += end.bToA();
        }
    }

    private synchronized void ended(Splice.Outcome end) {
        outcome = outcome == null ? end : outcome;
    }

    /** How the first splice ended, or null if none did. */
    synchronized Splice.@Nullable Outcome outcome() {
        return outcome;
    }

    /** How many bytes the client has sent that somebody has read. */
    synchronized long up() {
        return up + (client == null ? 0 : client.read());
    }

    /** How many bytes the client was sent. */
    synchronized long down() {
        return down + (client == null ? 0 : client.written());
    }
}
