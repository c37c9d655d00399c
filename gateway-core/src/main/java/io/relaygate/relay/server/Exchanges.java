package io.relaygate.relay.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP requests that wait for their answers, by the secret of their rendezvous; bounded in number, and in the bytes of
 * bodies that are held meanwhile. Any thread.
 */
final class Exchanges {

    /** Bytes of bodies; who gets none passes its body on as it comes. */
    private static final int MOST_HELD = 16 * 1024 * 1024;

    private final Map<String, Exchange> bySecret = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final Semaphore held = new Semaphore(MOST_HELD);
    private volatile boolean closed;

    Exchanges(int max) {
        this.places = new Semaphore(max);
    }

    /** Lets a request wait; false if too many do. Whoever adds one removes it. */
    boolean add(Exchange exchange) {
        if (!places.tryAcquire()) {
            return false;
        }
        bySecret.put(exchange.secret(), exchange);
        if (closed) {
            exchange.end(new Exchange.Outcome.Given(Answer.CLOSING));
        }
        return true;
    }

    /** The request has stopped waiting. */
    void remove(Exchange exchange) {
        bySecret.remove(exchange.secret());
        places.release();
    }

    /** Redeems a secret: whoever comes first gets the request, everybody after that null. */
    @Nullable Exchange redeem(String secret) {
        return bySecret.remove(secret);
    }

    /** Reserves room for a body; false if there is none. Whoever has it gives it back. */
    boolean hold(int bytes) {
        return held.tryAcquire(bytes);
    }

    void letGo(int bytes) {
        held.release(bytes);
    }

    int count() {
        return bySecret.size();
    }

    /** Sends all of them away, and whoever is yet to come. */
    void close() {
        closed = true;
        bySecret.values().forEach(exchange -> exchange.end(new Exchange.Outcome.Given(Answer.CLOSING)));
    }
}
