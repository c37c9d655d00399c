package io.relaygate.plugins.http;


import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.callers.Proven;
import io.relaygate.plugins.http.callers.TurnedAwayException;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.rules.Reply;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One request of a client, from its head to the last byte of the response. */
final class Serving {

    private final HttpHandler route;
    private final Session session;
    private final Logins logins;
    private final ClientSide client;
    private final OwnAnswer answers;
    private final Onward onward;
    private final Far far;
    private final Origin peer;
    private final long number;
    private long begun = System.nanoTime();

    /** Each null as long as it is not known. */
    private @Nullable RequestHead head;

    private @Nullable Caller caller;
    private @Nullable Target target;
    private Hops hops;
    private @Nullable ResponseFields fields;
    private @Nullable Exchange exchange;

    /** The status of an answer given here that is no error; 0 if none was. */
    private int replied;

    /** Reads the request's head. */
    @FunctionalInterface
    interface Reading {
        /**
         * The head.
         *
         * @throws FailedException if it is no request
         * @throws LateException if it has not come in time; the client has been told
         */
        RequestHead head() throws IOException;
    }

    /**
     * A request.
     *
     * @param peer who has the connection
     * @param number which one of its session it is, from 1
     */
    Serving(HttpHandler route, Session session, Logins logins, ClientSide client, Onward onward, Far far, Origin peer, long number) {
        this.route = route;
        this.session = session;
        this.logins = logins;
        this.client = client;
        this.answers = new OwnAnswer(route.name(), client, route.clock());
        this.onward = onward;
        this.far = far;
        this.peer = peer;
        this.hops = Hops.of(peer);
        this.number = number;
    }

    /**
     * Serves it, and tells what became of it.
     *
     * @return whether the client's connection goes on
     * @throws IOException if it does not, and why
     */
    boolean run(Reading reading) throws IOException {
        FailedException failure = null;
        int untold = 0;
        try {
            RequestHead asked = reading.head();
            head = asked;
            begun = System.nanoTime();
            return serve(asked);
        } catch (FailedException e) {
            failure = e;
            answers.give(
                    e,
                    head != null && head.method().equals("HEAD"),
                    fields == null ? fields(head) : fields,
                    exchange == null ? null : exchange.upload());
            if (e.isQuestion()) {
                return false;
            }
            throw e.ending();
        } catch (LateException e) {
            untold = 408;
            throw e;
        } catch (GoneException e) {
            untold = GoneException.STATUS;
            throw e;
        } finally {
            route.log().tell(session, served(failure, untold));
        }
    }

    /** What became of it; {@code untold} is the status of what was told by nobody here, or 0. */
    private Served served(@Nullable FailedException failure, int untold) {
        Exchange known = exchange;
        return new Served(
                number,
                head,
                hops.client().ip(),
                caller == null || caller.isAnonymous() ? null : caller.name(),
                target == null ? "none" : target.place(),
                target == null || replied > 0 ? null : target.to(),
                failure != null ? failure.status() : untold > 0 ? untold : known == null ? replied : known.status(),
                failure == null ? null : failure.error(),
                known == null ? 0 : known.upload().bytes(),
                known == null ? 0 : known.down(),
                known == null ? null : Duration.ofNanos(known.connectedAt() - begun),
                known == null || known.answeredAt() == 0 ? null : Duration.ofNanos(known.answeredAt() - begun),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private boolean serve(RequestHead asked) throws IOException {
        ResponseFields answered;
        Target there;
        try {
            hops = route.hops(peer, asked.fields());
            answered = fields(asked);
            fields = answered;
            onward.requirePossible(asked);
            requireSize(asked);
            requireCarried(asked);
            there = route.target(answered.known());
        } catch (FailedException e) {
            throw told(e);
        }
        target = there;
        answered = answered.of(there);
        fields = answered;
        Reply preflight = there.preflight(answered.known());
        if (preflight != null) {
            return reply(preflight, Question.of(asked, route.settings().upgrades()), answered);
        }
        try (Proven proven = logins.know(there.door(), asked, hops.client().ip())) {
            return serve(proven, there, answered.of(proven.caller()));
        } catch (TurnedAwayException e) {
            caller = e.caller();
            throw FailedException.of(e);
        }
    }

    private boolean serve(Proven proven, Target place, ResponseFields answered) throws IOException {
        RequestHead asked = proven.request();
        caller = proven.caller();
        fields = answered;
        if (place.door().isOpen()) {
            session.note("http.open", place.where());
        }
        Question question = Question.of(asked, route.settings().upgrades());
        Target there;
        RequestHead request;
        try {
            Reply reply = place.reply(answered.known());
            if (reply != null) {
                return reply(reply, question, answered);
            }
            there = proven.instead() == null ? place : place.at(proven.instead());
            target = there;
            request = onward.of(question, there, answered.known(), hops);
        } catch (MalformedException e) {
            throw new FailedException(e.status(), "http_request_denied", String.valueOf(e.getMessage()), FailedException.refused(e));
        } catch (FailedException e) {
            throw told(e);
        }
        try {
            return exchange(question, request, answered, there, false).run(there.storage());
        } catch (SilentException e) {
            // It may have been closed while it waited in the pool, which nobody can tell.
            return again(question, request, answered, there);
        } catch (KeyRefusedException e) {
            return again(question, e.request(), answered, there);
        } catch (MalformedException e) {
            throw FailedException.of(e);
        } catch (TruncatedException e) {
            throw new IOException(e);
        }
    }

    private boolean reply(Reply reply, Question question, ResponseFields answered) throws IOException {
        replied = reply.status();
        return answers.give(reply, question, answered, route.settings().timeouts().body());
    }

    private String id() {
        return session.facts().id() + "-" + number;
    }

    private ResponseFields fields(@Nullable RequestHead asked) {
        Instant now = route.clock().instant();
        Known known = asked == null
                ? Known.nothing(session.facts(), peer, id(), now)
                : new Known(asked, session.facts(), session.facts().caller(), hops.client(), id(), now, null);
        return new ResponseFields(route.scope(known), known);
    }

    /** A failure of the request's own is told as such. */
    private static FailedException told(FailedException e) {
        return e.ending() instanceof RefusedException ? e : new FailedException(e.status(), e.error(), e.why(), FailedException.refused(e.ending()));
    }

    private void requireSize(RequestHead head) throws FailedException {
        long most = route.settings().limits().body();
        if (most > 0 && head.body() instanceof Framing.Length(long bytes) && bytes > most) {
            throw new FailedException(413, "http_request_denied", "the body is larger than is taken", new MalformedException(413, "the body is too large"));
        }
    }

    /** What is asked of HTTP/2 as a tunnel cannot be answered as anything else. */
    private void requireCarried(RequestHead head) throws FailedException {
        if (head.isTunnel() && Question.of(head, route.settings().upgrades()).upgrade() == null) {
            throw new FailedException(501, "http_request_denied", "no tunnel is made here for " + head.fields().first("Upgrade"),
                    new MalformedException(501, "a tunnel for what `upgrades` does not name"));
        }
    }

    private boolean again(Question question, RequestHead request, ResponseFields answered, Target there) throws IOException {
        client.requireThere();
        try {
            return exchange(question, request, answered, there, true).run(null);
        } catch (SilentException e) {
            throw e.failure();
        }
    }

    /**
     * Connects.
     *
     * @param fresh whether it must be a new connection
     */
    private Exchange exchange(Question question, RequestHead made, ResponseFields answered, Target there, boolean fresh) throws IOException {
        Known known = answered.known();
        DestinationSide destination = far.to(known.caller(), there, fresh);
        RequestHead request;
        try {
            request = onward.to(made, there, known, destination.peer());
        } catch (FailedException e) {
            destination.abort();
            destination.rest();
            throw told(e);
        }
        Back back = new Back(route.name(), answered, question, Reverse.of(question.head(), request, there.back(), known.https()));
        Exchange next = new Exchange(route, session, client, destination, question, request, back);
        exchange = next;
        return next;
    }
}
