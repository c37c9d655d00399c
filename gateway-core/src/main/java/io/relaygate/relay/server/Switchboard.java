package io.relaygate.relay.server;

import io.relaygate.relay.server.Endpoint.Listener;
import io.relaygate.relay.server.Waiting.Outcome;
import io.relaygate.relay.server.Waiting.Request;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings senders and listeners together: picks a listener at random, tells it of the sender, waits. A listener that is
 * lost before it answers is replaced by another; one that only stays silent is not, as at Azure. Any thread.
 */
final class Switchboard {

    private static final String ALLOWED = "Microsoft-Relay-AllowedListeners";
    private static final String DISALLOWED = "Microsoft-Relay-DisallowedListeners";

    private final Senders senders;
    private final RandomGenerator random;
    private final BooleanSupplier aims;

    /**
     * A switchboard.
     *
     * @param aims whether WebSocket senders may choose among listeners
     */
    Switchboard(Senders senders, RandomGenerator random, BooleanSupplier aims) {
        this.aims = aims;
        this.senders = senders;
        this.random = random;
    }

    /** Lets a sender wait until a listener has answered or the limit has passed. */
    Outcome await(Endpoint endpoint, Request request, Duration limit) {
        Predicate<Listener> allowed = aims.getAsBoolean() ? allowed(request.headers()) : _ -> true;
        Set<Listener> tried = new HashSet<>();
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Waiting sender = new Waiting(request);
            if (!senders.add(sender)) {
                return new Outcome.Given(Answer.TOO_MANY_SENDERS);
            }
            try {
                Listener listener = tell(endpoint, allowed, tried, one -> one.offer(sender));
                if (listener == null) {
                    return new Outcome.Given(nobody(endpoint, tried, Answer.NO_LISTENER));
                }
                Outcome how = sender.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                listener.done(sender, !how.equals(new Outcome.Given(Answer.NOT_ACCEPTED)));
                if (!how.equals(new Outcome.Given(Answer.LISTENER_LOST))) {
                    return how;
                }
            } finally {
                senders.remove(sender);
            }
        }
    }

    /**
     * Hands an HTTP request to a listener and waits until it is answered, its rendezvous opened, or somebody gives up. No
     * second listener gets it: the first may have acted on it.
     */
    Exchange.Outcome await(Endpoint endpoint, Exchange exchange) {
        Set<Listener> tried = new HashSet<>();
        Listener listener =
                tell(endpoint, allowed(exchange.call().headers()), tried, one -> one.offer(exchange));
        if (listener == null) {
            return new Exchange.Outcome.Given(nobody(endpoint, tried, Answer.NOBODY_FOR_REQUEST));
        }
        try {
            return exchange.await();
        } finally {
            listener.done(exchange);
        }
    }

    private @Nullable Listener tell(
            Endpoint endpoint, Predicate<Listener> allowed, Set<Listener> tried, Predicate<Listener> offer) {
        while (true) {
            Listener listener = endpoint.pick(l -> allowed.test(l) && !tried.contains(l), random);
            if (listener == null) {
                return null;
            }
            tried.add(listener);
            if (offer.test(listener)) {
                return listener;
            }
        }
    }

    private static Answer nobody(Endpoint endpoint, Set<Listener> tried, Answer none) {
        if (!tried.isEmpty()) {
            return Answer.LISTENER_LOST;
        }
        return endpoint.listenerCount() == 0 ? none : Answer.NO_SUCH_LISTENER;
    }

    private static Predicate<Listener> allowed(Map<String, String> headers) {
        String only = headers.get(ALLOWED);
        String not = headers.get(DISALLOWED);
        Set<String> wanted = only == null ? Set.of() : ids(only);
        Set<String> unwanted = not == null ? Set.of() : ids(not);
        return listener -> {
            String id = listener.id().toLowerCase(Locale.ROOT);
            return (only == null || wanted.contains(id)) && !unwanted.contains(id);
        };
    }

    private static Set<String> ids(String list) {
        return new HashSet<>(Arrays.stream(list.split(",", -1)).map(id -> id.strip().toLowerCase(Locale.ROOT)).toList());
    }
}
