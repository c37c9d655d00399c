package io.relaygate.plugins.postgres;

import io.relaygate.plugins.postgres.PostgresSettings.Server;
import io.relaygate.plugins.postgres.wire.ErrorResponse;
import io.relaygate.plugins.postgres.wire.FirstMessage;
import io.relaygate.plugins.postgres.wire.MalformedException;
import io.relaygate.plugins.postgres.wire.SessionKey;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.TlsConnection;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Serves the sessions of a route: reads what a client wants first, finds its server, and carries the rest. */
final class PostgresHandler implements ProtocolHandler {

    static final String ALPN = "postgresql";

    private static final int TLS_RECORD = 0x16;
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);

    private final PostgresSettings settings;
    private final Tls tls;
    private final InstantSource clock;
    private final ServerSide servers;

    /** Which server has a session, by what its client knows it by. */
    private final Map<SessionKey, Server> sessions = new ConcurrentHashMap<>();

    PostgresHandler(PostgresSettings settings, RouteContext context) {
        this.settings = settings;
        this.tls = context.tls();
        this.clock = context.clock();
        this.servers = new ServerSide(context.tls());
    }

    @Override
    public void handle(Session session) throws IOException {
        Client client = new Client(session.client());
        try {
            serve(session, client);
        } catch (MalformedException e) {
            throw told(client, new RefusedException(Reason.MALFORMED, String.valueOf(e.getMessage()), e));
        } catch (RefusedException e) {
            throw told(client, e);
        }
    }

    /** The client's side, in clear. */
    private static final class Client {
        Connection connection;
        boolean secured;
        boolean gssRefused;

        Client(Connection connection) {
            this.connection = connection;
        }
    }

    private void serve(Session session, Client client) throws IOException {
        while (true) {
            if (!client.secured && settings.tls() != null && beginsWithTls(client.connection)) {
                secure(session, client, true);
            }
            switch (FirstMessage.read(client.connection.in())) {
                case FirstMessage.TlsRequest _ -> offerTls(session, client);
                case FirstMessage.GssRequest _ -> {
                    if (client.gssRefused) {
                        throw new RefusedException(Reason.MALFORMED, "asks for GSSAPI encryption again");
                    }
                    client.gssRefused = true;
                    client.connection.out().write('N');
                }
                case FirstMessage.Cancel cancel -> {
                    cancel(session, cancel);
                    return;
                }
                case FirstMessage.Startup startup -> {
                    begin(session, client, startup);
                    return;
                }
                case FirstMessage.OtherVersion(int major, int minor) -> throw new RefusedException(
                        Reason.MALFORMED, "unsupported frontend protocol " + major + "." + minor + ": 3 is supported");
            }
        }
    }

    private static boolean beginsWithTls(Connection client) throws IOException {
        ByteBuffer first = client.peek(1);
        return first.hasRemaining() && first.get(0) == TLS_RECORD;
    }

    private void offerTls(Session session, Client client) throws IOException {
        if (client.secured) {
            throw new RefusedException(Reason.MALFORMED, "asks for TLS inside TLS");
        }
        if (settings.tls() == null) {
            client.connection.out().write('N');
        } else {
            client.connection.out().write('S');
            secure(session, client, false);
        }
    }

    /**
     * TLS ends here. What a client may have sent in clear behind its request is read as TLS, and cannot pass for something it said
     * inside (CVE-2021-23222).
     */
    private void secure(Session session, Client client, boolean direct) throws IOException {
        TlsConnection secured = tls.accept(client.connection, Objects.requireNonNull(settings.tls()));
        client.connection = secured;
        client.secured = true;
        if (direct && !ALPN.equals(secured.applicationProtocol())) {
            throw new RefusedException(Reason.MALFORMED, "a client that begins with TLS must say the application protocol " + ALPN);
        }
        Credential.ClientCertificate certificate = secured.clientCertificate();
        if (certificate != null && session.judge() instanceof Verdict.Incomplete(Set<Credential.Kind> kinds)
                && kinds.contains(Credential.Kind.CLIENT_CERTIFICATE)) {
            switch (session.judge(certificate)) {
                case Verdict.Accepted accepted -> session.actAs(accepted.caller());
                case Verdict.Refused refused -> throw new RefusedException(Reason.NOT_ALLOWED, refused.tell());
                case Verdict.Incomplete _ -> throw new RefusedException(
                        Reason.NOT_ALLOWED, "the route wants more than a certificate, for which PostgreSQL has no words before a server is chosen");
            }
        }
    }

    private void begin(Session session, Client client, FirstMessage.Startup startup) throws IOException {
        session.note("postgres.database", startup.database());
        session.note("postgres.user", startup.user());
        if (settings.tls() != null && !client.secured && !settings.allowPlain()) {
            throw new RefusedException(Reason.NOT_ALLOWED, "no session without TLS; connect with sslmode=require, or better, verify-full");
        }
        Server server = server(session, startup);
        Connection connection = servers.dial(session, server);
        connection.out().write(bytes(startup.message()));
        Login login = new Login(client.connection, connection, client.secured, server.tls() != null, key -> sessions.put(key, server));
        try {
            login.run();
            session.splice(client.connection, connection);
        } finally {
            SessionKey key = login.key();
            if (key != null) {
                sessions.remove(key, server);
            }
        }
    }

    private Server server(Session session, FirstMessage.Startup startup) throws RefusedException {
        for (Server each : settings.servers()) {
            if (each.database().fits(startup.database()) && each.user().fits(startup.user())) {
                return each;
            }
        }
        if (session.facts().to() == null) {
            throw new RefusedException(Reason.NOT_FOUND, "no server is known for database \"" + startup.database() + "\" and user \""
                    + startup.user() + "\"");
        }
        return new Server(NamePattern.ALL, NamePattern.ALL, session.facts().to(), settings.serverTls());
    }

    /** One whose session is unknown is answered by nothing, as a server does. */
    private void cancel(Session session, FirstMessage.Cancel cancel) throws IOException {
        Server server = sessions.get(cancel.key());
        session.note("postgres.cancel", server == null ? "unknown" : "passed on");
        if (server == null) {
            return;
        }
        Connection connection = servers.dial(session, server);
        connection.out().write(bytes(cancel.message()));
        // The server closes when it has taken it; the client waits for that.
        connection.deadline(clock.instant().plus(CANCEL_LIMIT));
        connection.in().transferTo(OutputStream.nullOutputStream());
        connection.close();
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return bytes;
    }

    /** Says it in the protocol's own words, and ends the connection so that they arrive. */
    private static RefusedException told(Client client, RefusedException why) {
        try {
            client.connection.out().write(new ErrorResponse(sqlState(why.reason()), String.valueOf(why.getMessage())).encode());
            client.connection.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    /** The class of error by which clients decide whether to try again ("PostgreSQL Error Codes"). */
    private static String sqlState(Reason reason) {
        return switch (reason) {
            case NOT_ALLOWED -> "28000";
            case NOT_FOUND -> "3D000";
            case NO_SITE, NO_RELAY, UNREACHABLE -> "08001";
            case BUSY -> "53300";
            case MALFORMED -> "08P01";
        };
    }
}
