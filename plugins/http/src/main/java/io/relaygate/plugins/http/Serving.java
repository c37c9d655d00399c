package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.callers.Known;
import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.callers.TurnedAwayException;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request of a client, from its head to the last byte of the response. */
final class Serving {

    private final HttpHandler route;
    private final Session session;
    private final Logins logins;
    private final ClientSide client;
    private final Onward onward;
    private final Far far;
    private final boolean https;
    private final long number;
    private long begun = System.nanoTime();

    /** Each null as long as it is not known. */
    private @Nullable RequestHead head;

    private @Nullable Caller caller;
    private Hosts.@Nullable Target target;
    private @Nullable Exchange exchange;

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
            new OwnAnswer(route.name(), client, route.clock()).give(e, head != null && head.method().equals("HEAD"), exchange == null ? null : exchange.upload());
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
                target == null ? null : target.to(),
                failure != null ? failure.status() : late ? 408 : known == null ? 0 : known.status(),
                failure == null ? null : failure.error(),
                known == null ? 0 : known.upload().bytes(),
                known == null ? 0 : known.down(),
                known == null ? null : Duration.ofNanos(known.connectedAt() - begun),
                known == null || known.answeredAt() == 0 ? null : Duration.ofNanos(known.answeredAt() - begun),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private boolean serve(RequestHead asked) throws IOException {
        Hosts.Target there;
        try {
            onward.requirePossible(asked);
            requireSize(asked);
            there = target(asked);
            target = there;
        } catch (FailedException e) {
            throw e.ending() instanceof RefusedException ? e : new FailedException(e.status(), e.error(), e.why(), refused(e.ending()));
        }
        try (Known known = logins.know(there.door(), asked)) {
            return serve(known, there);
        } catch (TurnedAwayException e) {
            caller = e.caller();
            throw FailedException.of(e);
        }
    }

    private boolean serve(Known known, Hosts.Target place) throws IOException {
        RequestHead asked = known.request();
        caller = known.caller();
        Hosts.Target there = known.instead() == null ? place : place.at(known.instead());
        target = there;
        Question question = Question.of(asked, route.settings().upgrades());
        RequestHead request;
        try {
            request = onward.of(question, there, known, number);
        } catch (FailedException e) {
            throw e.ending() instanceof RefusedException ? e : new FailedException(e.status(), e.error(), e.why(), refused(e.ending()));
        }
        Back back = new Back(route.name(), route.settings().response(), question, reverse(asked, there));
        try {
            return exchange(question, request, back, far.to(known.caller(), there, false)).run(there.storage());
        } catch (SilentException e) {
            // It may have been closed while it waited in the pool, which nobody can tell.
            return again(question, request, back, known.caller(), there);
        } catch (KeyRefusedException e) {
            return again(question, e.request(), back, known.caller(), there);
        } catch (MalformedException e) {
            throw new FailedException(e.status(), "http_request_error", String.valueOf(e.getMessage()), refused(e));
        } catch (TruncatedException e) {
            throw new IOException(e);
        }
    }

    private static RefusedException refused(IOException why) {
        return new RefusedException(Reason.MALFORMED, String.valueOf(why.getMessage()), why);
    }

    private void requireSize(RequestHead head) throws FailedException {
        long most = route.settings().limits().body();
        if (most > 0 && head.body() instanceof Framing.Length(long bytes) && bytes > most) {
            throw new FailedException(413, "http_request_denied", "the body is larger than is taken", new MalformedException(413, "the body is too large"));
        }
    }

    private @Nullable Reverse reverse(RequestHead head, Hosts.Target target) {
        Authority inner = target.host().fixed();
        return inner == null || head.authority() == null ? null : new Reverse(inner, head.authority(), https);
    }

    private boolean again(Question question, RequestHead request, Back back, Caller who, Hosts.Target there) throws IOException {
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

    private Hosts.Target target(RequestHead head) throws FailedException {
        Authority host = head.authority();
        String name = host == null ? "" : host.host();
        DestinationName own = session.facts().to();
        try {
            Hosts.Target found = route.hosts().find(name, head.path());
            if (found == null && own != null) {
                return new Hosts.Target(Hosts.OTHERS, own, route.settings().host(), route.settings().http2(), null, route.door());
            }
            if (found != null) {
                return found;
            }
        } catch (MalformedException e) {
            throw new FailedException(400, "http_request_error", String.valueOf(e.getMessage()), refused(e));
        }
        // RFC 9110 section 15.5.20: another host's request that came over this one's TLS.
        int status = https && !route.hosts().knows(name) ? 421 : 404;
        throw new FailedException(status, "destination_not_found", "nothing is served here by this name",
                new RefusedException(Reason.NOT_FOUND, "no destination for the host '" + new String(name.getBytes(ISO_8859_1), ISO_8859_1) + "'"));
    }
}
