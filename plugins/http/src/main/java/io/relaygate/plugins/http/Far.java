package io.relaygate.plugins.http;

import io.relaygate.plugins.http.h2.Http2Connection;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
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
    private final Map<Caller, Map<DestinationName, Line>> lines = new HashMap<>();
    private boolean over;

    /** The way to one destination: while one connects, whoever wants it waits and shares what comes of it; nobody else waits. */
    private final class Line {
        private final Caller caller;
        private final DestinationName to;
        private @Nullable Shared connection;
        private @Nullable IOException failure;
        private boolean connects;

        Line(Caller caller, DestinationName to) {
            this.caller = caller;
            this.to = to;
        }

        Shared connection(boolean fresh) throws IOException {
            Shared known = known(fresh);
            if (known != null) {
                return known;
            }
            Shared made = null;
            IOException why = null;
            try {
                made = connect(caller, to);
                return made;
            } catch (IOException e) {
                why = e;
                throw e;
            } finally {
                over(made, why);
            }
        }

        /** One that there is; null if it is the asking thread's to make one. */
        private synchronized @Nullable Shared known(boolean fresh) throws IOException {
            boolean waited = connects;
            try {
                while (connects) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a session", e);
            }
            if (waited && failure != null) {
                throw failure;
            }
            if (connection != null && connection.connection().isUsable() && (waited || !fresh)) {
                return connection;
            }
            connects = true;
            return null;
        }

        private synchronized void over(@Nullable Shared made, @Nullable IOException why) {
            connection = made;
            failure = why;
            connects = false;
            notifyAll();
        }
    }

    private record Shared(Http2Connection connection, Session.@Nullable Peer peer, Session.Fork writer) {}

    /** All that there were, of which those that are over are forgotten. */
    private final List<Shared> shared = new ArrayList<>();

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
                Shared with = line(caller, to).connection(fresh);
                return new DestinationStream(with.connection(), with.peer(), https, route.settings().timeouts().response());
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

    private synchronized Line line(Caller caller, DestinationName to) {
        return lines.computeIfAbsent(caller, _ -> new HashMap<>()).computeIfAbsent(to, _ -> new Line(caller, to));
    }

    private Shared connect(Caller caller, DestinationName to) throws IOException {
        Connection connection = session.dial(caller, to, List.of(HttpProtocol.HTTP_2));
        Http2Connection made = Http2Connection.withDestination(connection, route.buffers(), route.clock());
        Session.Fork writer = session.fork("http2.destination.write", made::write);
        session.fork("http2.destination", () -> read(made, connection));
        synchronized (this) {
            shared.removeIf(each -> !each.connection().isUsable());
            if (!over) {
                Shared with = new Shared(made, session.peer(connection), writer);
                shared.add(with);
                return with;
            }
        }
        made.goAway("the client has left");
        throw new IOException("the client has left");
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
            over = true;
            all = List.copyOf(shared);
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
