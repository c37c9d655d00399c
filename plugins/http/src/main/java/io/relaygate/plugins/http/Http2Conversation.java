package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Logins;
import io.relaygate.plugins.http.h2.Http2Connection;
import io.relaygate.plugins.http.h2.Http2Stream;
import io.relaygate.plugins.http.h2.Terms;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The requests of one client's connection of HTTP/2, beside each other: each is a task of the session. */
final class Http2Conversation {

    private final HttpHandler route;
    private final Session session;
    private final Logins logins;
    private final Connection client;
    private final Origin peer;
    private final Onward onward;
    private final Far far;
    private final AtomicLong number = new AtomicLong();
    private final AtomicInteger served = new AtomicInteger();
    private final int most;
    private @Nullable Instant idleSince;

    Http2Conversation(HttpHandler route, Session session, Logins logins, Connection client, Origin peer) {
        this.route = route;
        this.session = session;
        this.logins = logins;
        this.client = client;
        this.peer = peer;
        this.onward = new Onward(route);
        this.far = new Far(route, session, peer.https());
        this.most = route.settings().limits().streams();
    }

    void run() throws IOException {
        HttpSettings.Limits limits = route.settings().limits();
        client.deadline(null);
        Http2Connection connection = Http2Connection.withClient(
                client, route.buffers(), route.clock(),
                new Terms(new Limits(limits.line(), limits.head(), limits.fields()), most, !route.settings().upgrades().isEmpty(), this::came));
        Session.Fork writer = session.fork("http2.write", connection::write);
        try (Watches.Looking _ = route.watches().look(now -> look(connection, now))) {
            connection.read();
        } finally {
            far.close();
            session.note("http.requests", Long.toString(number.get()));
        }
        try {
            writer.join();
        } catch (IOException e) {
            // The client has said all and left: it misses nothing of what the connection still had to say of itself.
        }
    }

    private void look(Http2Connection connection, Instant now) {
        HttpSettings.Timeouts timeouts = route.settings().timeouts();
        connection.look(now, timeouts.body());
        if (served.get() > 0) {
            idleSince = null;
        } else if (idleSince == null) {
            idleSince = now;
        } else if (!now.isBefore(idleSince.plus(timeouts.idle()))) {
            connection.goAway("nothing was asked for a while");
        }
    }

    /** Requests that were broken off count until they are over here, too: breaking off must not be a way to more than others have. */
    private void came(Http2Stream stream, Http2Connection.Asked asked) {
        if (served.get() >= 2 * most) {
            stream.refuse();
            return;
        }
        served.incrementAndGet();
        long its = number.incrementAndGet();
        session.fork("http.request", () -> serve(stream, asked, its));
    }

    private void serve(Http2Stream stream, Http2Connection.Asked asked, long its) {
        ClientStream side = new ClientStream(stream);
        try {
            new Serving(route, session, logins, side, onward, far, peer, its).run(() -> head(asked));
        } catch (IOException e) {
            // The client was told, or has left; the others on its connection go on.
        } finally {
            side.close();
            served.decrementAndGet();
        }
    }

    private static RequestHead head(Http2Connection.Asked asked) throws FailedException {
        try {
            return asked.head();
        } catch (MalformedException e) {
            throw FailedException.of(e);
        }
    }
}
