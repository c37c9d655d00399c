package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;

/** The requests of one client's connection, one after the other. */
final class Conversation {

    private static final byte[] SILENTLY = {};

    private final HttpHandler route;
    private final Session session;
    private final Logins logins;
    private final ClientConnection client;
    private final Watch watch;
    private final Origin peer;
    private final byte[] late;
    private final Onward onward;
    private final Far far;
    private long number;

    Conversation(HttpHandler route, Session session, Logins logins, Connection connection, Watch watch, Origin peer) throws IOException {
        this.route = route;
        this.session = session;
        this.logins = logins;
        this.client = new ClientConnection(session, connection, route);
        this.watch = watch;
        this.peer = peer;
        this.late = route.late(session, peer);
        this.far = new Far(route, session, peer.https());
        this.onward = new Onward(route);
    }

    void run() throws IOException {
        client.connection().deadline(null);
        try (Watches.Looking _ = route.watches().look(_ -> client.look())) {
            boolean goesOn = true;
            while (goesOn && awaitRequest()) {
                number++;
                goesOn = new Serving(route, session, logins, client, onward, far, peer, number).run(this::readHead);
            }
            client.flush();
        } catch (GoneException e) {
            // It wants nothing more, and nothing is wrong.
        } catch (LostException e) {
            throw e.cause();
        } finally {
            far.close();
            session.note("http.requests", Long.toString(number));
        }
    }

    /** Waits for the first byte of a request, without a buffer; false if the client wants nothing more. */
    private boolean awaitRequest() throws IOException {
        if (client.hasMore()) {
            return true;
        }
        client.flush();
        client.restBuffers();
        watch.begin(route.settings().timeouts().idle(), SILENTLY);
        try {
            boolean more = client.awaitMore();
            return !watch.end() && more;
        } catch (IOException e) {
            if (watch.end()) {
                return false;
            }
            throw e;
        }
    }

    private RequestHead readHead() throws IOException {
        client.beforeWaiting(client::flush);
        watch.begin(route.settings().timeouts().head(), late);
        RequestHead head;
        IOException failure;
        try {
            head = client.head();
            failure = null;
        } catch (LostException e) {
            throw e;
        } catch (IOException e) {
            head = null;
            failure = e;
        }
        if (watch.end()) {
            throw new LateException();
        }
        if (failure instanceof MalformedException malformed) {
            throw FailedException.of(malformed);
        }
        if (failure instanceof TruncatedException) {
            throw new FailedException(400, "http_request_error", "the request ends in its head", FailedException.refused(failure));
        }
        if (head == null) {
            throw failure == null ? new IOException("no request") : failure;
        }
        return head;
    }
}
