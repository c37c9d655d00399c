package io.relaygate.plugins.postgres;

import io.relaygate.plugins.postgres.PostgresSettings.Server;
import io.relaygate.plugins.postgres.PostgresSettings.ServerTls;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.Trust;
import java.io.IOException;

/** The way to a server: a connection, and TLS on it where that is wanted. Any thread. */
final class ServerSide {

    /** SSLRequest ("Message Formats"). */
    private static final byte[] TLS_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};

    private final Tls tls;

    ServerSide(Tls tls) {
        this.tls = tls;
    }

    /** Connects for the session's caller. */
    Connection dial(Session session, Server server) throws IOException {
        Connection connection = session.dial(session.facts().caller(), server.to());
        return server.tls() == null ? connection : secured(connection, server.tls());
    }

    private Connection secured(Connection connection, ServerTls wanted) throws IOException {
        connection.out().write(TLS_REQUEST);
        int answer = connection.in().read();
        if (answer != 'S') {
            throw new RefusedException(Reason.UNREACHABLE, answer == 'N'
                    ? "the server has no TLS, which the route wants"
                    : "the server does not speak PostgreSQL's protocol");
        }
        return tls.connect(connection, wanted.trust() == null ? Trust.SYSTEM : wanted.trust(), wanted.name());
    }
}
