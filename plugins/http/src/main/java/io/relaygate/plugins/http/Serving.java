package io.relaygate.plugins.http;


import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.callers.Proven;
import io.relaygate.plugins.http.callers.TurnedAwayException;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Reply;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request of a client, from its head to the last byte of the response. */
final class Serving {

    private static final RequestHead NO_REQUEST = new RequestHead("", "", null, Version.HTTP_1_1, new Fields(), Framing.NONE);

    private final HttpHandler route;
    private final Session session;
    private final Logins logins;
    private final ClientSide client;
    private final OwnAnswer answers;
    private final Onward onward;
    private final Far far;
    private final boolean https;
    private final long number;
    private long begun = System.nanoTime();

    /** Each null as long as it is not known. */
    private @Nullable RequestHead head;

    private @Nullable Caller caller;
    private @Nullable Target target;
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
     * @param https whether the client speaks TLS
     * @param number which one of its session it is, from 1
     */
    Serving(HttpHandler route, Session session, Logins logins, ClientSide client, Onward onward, Far far, boolean https, long number) {
        this.route = route;
        this.session = session;
        this.logins = logins;
        this.client = client;
        this.answers = new OwnAnswer(route.name(), client, route.clock());
        this.onward = onward;
        this.far = far;
        this.https = https;
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
        boolean late = false;
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
                    fields == null ? fields(NO_REQUEST) : fields,
                    exchange == null ? null : exchange.upload());
            if (e.isQuestion()) {
                return false;
            }
            throw e.ending();
        } catch (LateException e) {
            late = true;
            throw e;
        } finally {
            route.log().tell(session, served(failure, late));
        }
    }

    private Served served(@Nullable FailedException failure, boolean late) {
        Exchange known = exchange;
        return new Served(
                number,
                head,
                caller == null || caller.isAnonymous() ? null : caller.name(),
                target == null ? "none" : target.place(),
                target == null || replied > 0 ? null : target.to(),
                failure != null ? failure.status() : late ? 408 : known == null ? replied : known.status(),
                failure == null ? null : failure.error(),
                known == null ? 0 : known.upload().bytes(),
                known == null ? 0 : known.down(),
                known == null ? null : Duration.ofNanos(known.connectedAt() - begun),
                known == null || known.answeredAt() == 0 ? null : Duration.ofNanos(known.answeredAt() - begun),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private boolean serve(RequestHead asked) throws IOException {
        ResponseFields answered = fields(asked);
        fields = answered;
        Target there;
        try {
            onward.requirePossible(asked);
            requireSize(asked);
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
        try (Proven proven = logins.know(there.door(), asked)) {
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
            request = onward.of(question, there, answered.known());
        } catch (MalformedException e) {
            throw new FailedException(e.status(), "http_request_denied", String.valueOf(e.getMessage()), FailedException.refused(e));
        } catch (FailedException e) {
            throw told(e);
        }
        Back back = new Back(route.name(), answered, question, Reverse.of(asked, request, there.path(), https));
        try {
            return exchange(question, request, back, far.to(proven.caller(), there, false)).run(there.storage());
        } catch (SilentException e) {
            // It may have been closed while it waited in the pool, which nobody can tell.
            return again(question, request, back, proven.caller(), there);
        } catch (KeyRefusedException e) {
            return again(question, e.request(), back, proven.caller(), there);
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

    private ResponseFields fields(RequestHead asked) {
        String id = session.facts().id() + "-" + number;
        return new ResponseFields(
                route.settings().response(),
                route.settings().browsers(),
                new Known(asked, session.facts(), session.facts().caller(), https, id, route.clock().instant(), null));
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

    private boolean again(Question question, RequestHead request, Back back, Caller who, Target there) throws IOException {
        client.requireThere();
        try {
            return exchange(question, request, back, far.to(who, there, true)).run(null);
        } catch (SilentException e) {
            throw e.failure();
        }
    }

    private Exchange exchange(Question question, RequestHead request, Back back, DestinationSide destination) {
        Exchange next = new Exchange(route, session, client, destination, question, request, back);
        exchange = next;
        return next;
    }
}
