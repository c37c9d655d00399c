package io.relaygate.relay.server;

import io.relaygate.relay.server.Waiting.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The senders that wait, by the secret of their rendezvous; bounded in number. Any thread. */
final class Senders {

    private final Map<String, Waiting> bySecret = new ConcurrentHashMap<>();
    private final Semaphore places;
    private volatile boolean closed;

    Senders(int max) {
        this.places = new Semaphore(max);
    }

    /** Lets a sender wait; false if too many do. Whoever adds one removes it. */
    boolean add(Waiting sender) {
        if (!places.tryAcquire()) {
            return false;
        }
        bySecret.put(sender.secret(), sender);
        if (closed) {
            sender.end(new Outcome.Given(Answer.CLOSING));
        }
        return true;
    }

    /** The sender has stopped waiting. */
    void remove(Waiting sender) {
        bySecret.remove(sender.secret());
        places.release();
    }

    /** Redeems a secret: whoever comes first gets the sender, everybody after that null. */
    @Nullable Waiting redeem(String secret) {
        return bySecret.remove(secret);
    }

    int count() {
        return bySecret.size();
    }

    /** Sends all of them away, and whoever is yet to come. */
    void close() {
        closed = true;
        bySecret.values().forEach(sender -> sender.end(new Outcome.Given(Answer.CLOSING)));
    }
}
