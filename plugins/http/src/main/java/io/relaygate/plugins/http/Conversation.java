package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The requests of one client's connection, one after the other. */
final class Conversation {

    private static final byte[] SILENTLY = {};

    private final HttpHandler route;
    private final Session session;
    private final ClientSide client;
    private final Watch watch;
    private final boolean https;
    private final Onward onward;
    private final OwnAnswer answers;
    private long number;

    /** Of the request that is served; each null as long as it is not known. */
    private @Nullable RequestHead head;

    private Hosts.@Nullable Target target;
    private @Nullable Exchange exchange;
    private long begun;
    private boolean late;

    Conversation(HttpHandler route, Session session, Connection connection, Watch watch, boolean https) throws IOException {
        this.route = route;
        this.session = session;
        this.client = new ClientSide(connection, route);
        this.watch = watch;
        this.https = https;
        this.onward = new Onward(route, session.facts().id(), session.facts().source(), https);
        this.answers = new OwnAnswer(route.name(), client, route.clock());
    }

    void run() throws IOException {
        client.connection().deadline(null);
        try {
            boolean goesOn = true;
            while (goesOn && awaitRequest()) {
                goesOn = serve();
            }
            client.flush();
        } catch (LostException e) {
            throw e.cause();
        } finally {
            session.note("http.requests", Long.toString(number));
        }
    }

    /** Waits for the first byte of a request, without a buffer; false if the client wants nothing more. */
    private boolean awaitRequest() throws IOException {
        if (client.input().here() > 0) {
            return true;
        }
        client.flush();
        client.rest();
        watch.begin(route.settings().timeouts().idle(), SILENTLY);
        try {
            boolean more = client.connection().peek(1).hasRemaining();
            return !watch.end() && more;
        } catch (IOException e) {
            if (watch.end()) {
                return false;
            }
            throw e;
        }
    }

    private RequestHead readHead() throws IOException {
        client.input().before(client::flush);
        watch.begin(route.settings().timeouts().head(), route.late());
        RequestHead head;
        IOException failure;
        try {
            head = client.requests().head();
            failure = null;
        } catch (LostException e) {
            throw e;
        } catch (IOException e) {
            head = null;
            failure = e;
        }
        late = watch.end();
        if (late) {
            throw new SocketTimeoutException("the client has not said its request in time");
        }
        if (failure instanceof MalformedException malformed) {
            throw new FailedException(malformed.status(), "http_request_error", String.valueOf(malformed.getMessage()), refused(malformed));
        }
        if (failure instanceof TruncatedException) {
            throw new FailedException(400, "http_request_error", "the request ends in its head", refused(failure));
        }
        if (head == null) {
            throw failure == null ? new IOException("no request") : failure;
        }
        return head;
    }

    private static RefusedException refused(IOException why) {
        return new RefusedException(Reason.MALFORMED, String.valueOf(why.getMessage()), why);
    }

    /** Serves a request, and tells what became of it. */
    private boolean serve() throws IOException {
        number++;
        head = null;
        target = null;
        exchange = null;
        begun = System.nanoTime();
        FailedException failure = null;
        try {
            RequestHead asked = readHead();
            head = asked;
            begun = System.nanoTime();
            return serve(asked);
        } catch (FailedException e) {
            failure = e;
            answers.give(e, head != null && head.method().equals("HEAD"), exchange == null ? null : exchange.upload());
            throw e.ending();
        } finally {
            route.log().tell(session, served(failure));
        }
    }

    private Served served(@Nullable FailedException failure) {
        Exchange known = exchange;
        return new Served(
                number,
                head,
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
        Question question = Question.of(asked, route.settings().upgrades());
        Hosts.Target there;
        RequestHead request;
        try {
            onward.requirePossible(asked);
            requireSize(asked);
            there = target(asked);
            target = there;
            request = onward.of(question, there, number);
        } catch (FailedException e) {
            throw e.ending() instanceof RefusedException ? e : new FailedException(e.status(), e.error(), e.why(), refused(e.ending()));
        }
        Back back = new Back(route.name(), route.settings().response(), question, reverse(asked, there));
        try {
            return exchange(question, request, back, side(there.to(), true)).run(there.storage());
        } catch (SilentException e) {
            // It may have been closed while it waited in the pool, which nobody can tell.
            return again(question, request, back, there.to());
        } catch (KeyRefusedException e) {
            return again(question, e.request(), back, there.to());
        } catch (MalformedException e) {
            throw new FailedException(e.status(), "http_request_error", String.valueOf(e.getMessage()), refused(e));
        } catch (TruncatedException e) {
            throw new IOException(e);
        }
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

    private boolean again(Question question, RequestHead request, Back back, DestinationName to) throws IOException {
        try {
            return exchange(question, request, back, side(to, false)).run(null);
        } catch (SilentException e) {
            throw e.failure();
        }
    }

    private Exchange exchange(Question question, RequestHead request, Back back, DestinationSide destination) {
        Exchange next = new Exchange(route, session, client, destination, question, request, back);
        exchange = next;
        return next;
    }

    private DestinationSide side(DestinationName to, boolean pooled) throws IOException {
        try {
            Connection connection = pooled
                    ? session.borrow(session.facts().caller(), to)
                    : session.dial(session.facts().caller(), to);
            return new DestinationSide(connection, pooled, route.buffers());
        } catch (RefusedException e) {
            throw OwnAnswer.of(e);
        } catch (SocketTimeoutException e) {
            throw new FailedException(504, "connection_timeout", "the destination could not be reached in time", e);
        }
    }

    private Hosts.Target target(RequestHead head) throws FailedException {
        Authority host = head.authority();
        String name = host == null ? "" : host.host();
        DestinationName own = session.facts().to();
        try {
            Hosts.Target found = route.hosts().find(name, head.path());
            if (found == null && own != null) {
                return new Hosts.Target(Hosts.OTHERS, own, route.settings().host(), null);
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
