package io.relaygate.relay.server;

import io.relaygate.net.BadHeadException;
import io.relaygate.net.Deadlines;
import io.relaygate.net.HttpBody;
import io.relaygate.net.Threads;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.Exchange.Outcome;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.RelaySettings.Right;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests to listeners: a small one goes over the control channel of one of them, any other over a rendezvous. The
 * answer comes on whichever of both the listener chooses.
 */
final class Requesting {

    /** How long nothing may come of a request: no piece of it, no answer, no piece of that. Azure's, which is fixed. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HybridConnections connections;
    private final AccessRules rules;
    private final Switchboard switchboard;
    private final Exchanges exchanges;
    private final Pairs pairs;
    private final Deadlines timer;
    private final Threads threads;
    private final InstantSource clock;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * A desk for requests.
     *
     * @param timer goes by the clock
     */
    Requesting(
            HybridConnections connections,
            AccessRules rules,
            Switchboard switchboard,
            Exchanges exchanges,
            Pairs pairs,
            Deadlines timer,
            Threads threads,
            InstantSource clock) {
        this.connections = connections;
        this.rules = rules;
        this.switchboard = switchboard;
        this.exchanges = exchanges;
        this.pairs = pairs;
        this.timer = timer;
        this.threads = threads;
        this.clock = clock;
    }

    /** Who sends requests, with a link on which it is noticed if the sender leaves. */
    Visitor watched(Visitor visitor) {
        return new Visitor(new WatchedLink(visitor.link(), threads), visitor.clock());
    }

    /** What became of a request. */
    sealed interface Served {

        /** It is not answered, but to be refused. */
        record Refused(Answer answer) implements Served {}

        /**
         * A listener has answered it.
         *
         * @param more whether another request may follow on the connection
         */
        record Done(int status, boolean more) implements Served {}
    }

    /**
     * Serves one request.
     *
     * @throws IOException if the sender has left, or part of an answer cannot be followed by the rest
     */
    Served serve(Visitor visitor, HybridRequest request) throws IOException {
        Found found = request.path().isEmpty() ? null : connections.find(request.path());
        boolean authorizes = found == null || found.endpoint().authorizesClients();
        if (authorizes && !request.path().isEmpty()) {
            String entity = found == null ? null : found.endpoint().path();
            Verdict verdict = rules.judge(request.httpToken(), request.path(), entity, Right.SEND, clock.instant());
            if (verdict instanceof Verdict.Denied(Answer answer)) {
                return new Served.Refused(answer);
            }
        }
        if (found == null) {
            return new Served.Refused(Answer.UNKNOWN_ENDPOINT);
        }
        if (!pairs.begin()) {
            return new Served.Refused(Answer.CLOSING);
        }
        try (SentBody body = new SentBody(HttpBody.of(request.head(), visitor.link()), exchanges)) {
            return relay(visitor, request, found.endpoint(), body, !authorizes || request.token() != null);
        } catch (BadHeadException e) {
            return new Served.Refused(Answer.refused(e.status(), String.valueOf(e.getMessage())));
        } finally {
            pairs.end();
        }
    }

    private Served relay(
            Visitor visitor, HybridRequest request, Endpoint endpoint, SentBody body, boolean authorization)
            throws IOException {
        byte[] whole = body.whole();
        Call call = new Call(
                request.head().method(),
                request.target(),
                PassedFields.of(request, authorization),
                request.address(),
                request.port(),
                !body.none());
        Exchange exchange = new Exchange(newId(request), call, whole);
        if (!exchanges.add(exchange)) {
            return new Served.Refused(Answer.TOO_MANY_SENDERS);
        }
        try (Patience patience = new Patience(
                timer, clock, PATIENCE, () -> exchange.end(new Outcome.Given(Answer.NO_RESPONSE)))) {
            Outcome how;
            try {
                if (body.arrived()) {
                    visitor.watch(() -> exchange.end(new Outcome.Given(Answer.SENDER_LEFT)));
                }
                how = switchboard.await(endpoint, exchange);
            } finally {
                visitor.forget();
                exchanges.remove(exchange);
            }
            patience.renew();
            return switch (how) {
                case Outcome.Given(Answer answer) -> new Served.Refused(answer);
                case Outcome.Answered answered -> answer(visitor, request, answered, body, patience);
                case Outcome.Opened(var link) -> new Relaying(visitor, request, exchange, body, patience, link, threads).run();
            };
        }
    }

    private String newId(HybridRequest request) {
        @Nullable String guid = request.guid();
        // The sender's id alone would not do: nothing keeps a sender from giving it twice.
        return (guid == null ? UUID.randomUUID().toString() : guid) + "_G0_R" + numbers.incrementAndGet();
    }

    private static Served answer(
            Visitor visitor, HybridRequest request, Outcome.Answered answered, SentBody body, Patience patience)
            throws IOException {
        if (!Reply.sendable(answered.head()) || answered.body().length > SentBody.SMALL) {
            return new Served.Refused(Answer.BAD_RESPONSE);
        }
        patience.then(visitor.link()::abort);
        Reply reply = new Reply(visitor, request, body.arrived() && Reply.wantsMore(request.head()));
        reply.begin(answered.head(), answered.body().length);
        reply.write(answered.body());
        reply.end();
        return new Served.Done(answered.head().status(), reply.keeps());
    }
}
