package io.relaygate.plugins.http;

import io.relaygate.plugins.http.h2.Http2Connection;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a session to its destinations: those of HTTP/1.1 from the pool, for one exchange; one of HTTP/2 to each
 * destination that speaks it, for all of the same caller's. Any thread.
 */
final class Far {

    private final HttpHandler route;
    private final Session session;
    private final boolean https;
    private final Map<Caller, Map<DestinationName, Shared>> shared = new HashMap<>();

    private record Shared(Http2Connection connection, Session.@Nullable Peer peer, Session.Fork writer) {}

    /**
     * Of a session.
     *
     * @param https whether its client speaks TLS, which destinations of HTTP/2 are told
     */
    Far(HttpHandler route, Session session, boolean https) {
        this.route = route;
        this.session = session;
        this.https = https;
    }

    /**
     * A connection for one exchange.
     *
     * @param fresh whether it must be a new one
     */
    DestinationSide to(Caller caller, Target target, boolean fresh) throws IOException {
        DestinationName to = target.destination();
        try {
            if (target.http2()) {
                Shared with = shared(caller, to, fresh);
                return new DestinationStream(with.connection(), with.peer(), https);
            }
            Connection connection = fresh ? session.dial(caller, to) : session.borrow(caller, to);
            return new DestinationConnection(
                    connection, session.peer(connection), fresh ? Connection::close : session::giveBack, route.buffers());
        } catch (RefusedException e) {
            throw OwnAnswer.of(e);
        } catch (SocketTimeoutException e) {
            throw new FailedException(504, "connection_timeout", "the destination could not be reached in time", e);
        }
    }

    private synchronized Shared shared(Caller caller, DestinationName to, boolean fresh) throws IOException {
        Map<DestinationName, Shared> its = shared.computeIfAbsent(caller, _ -> new HashMap<>());
        Shared known = its.get(to);
        if (known != null && known.connection().isUsable() && !fresh) {
            return known;
        }
        Connection connection = session.dial(caller, to);
        Http2Connection made = Http2Connection.withDestination(connection, route.buffers(), route.clock());
        Session.Fork writer = session.fork("http2.destination.write", made::write);
        session.fork("http2.destination", () -> read(made, connection));
        Shared with = new Shared(made, session.peer(connection), writer);
        its.put(to, with);
        return with;
    }

    private void read(Http2Connection made, Connection connection) throws IOException {
        try (Watches.Looking _ = route.watches().look(now -> made.look(now, route.settings().timeouts().body()))) {
            made.read();
        } finally {
            connection.close();
        }
    }

    /** The session is over: those that are shared have nobody left. */
    void close() {
        List<Shared> all;
        synchronized (this) {
            all = shared.values().stream().flatMap(its -> its.values().stream()).toList();
            shared.clear();
        }
        all.forEach(each -> each.connection().goAway("the client has left"));
        for (Shared each : all) {
            try {
                each.writer().join();
            } catch (IOException e) {
                // The destination has left, too.
            }
        }
    }
}
