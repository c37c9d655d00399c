package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.TdsSettings.ServerLogin;
import io.relaygate.plugins.tds.TdsSettings.ServerTls;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a session goes.
 *
 * @param tls how the server there is spoken to
 * @param login who logs in there; null for whoever the client is
 */
record Place(DestinationName to, ServerTls tls, @Nullable ServerLogin login) {

    /**
     * The first server that fits, or the route's own.
     *
     * @param own the route's own destination; null if it names none
     * @throws RefusedException NOT_FOUND if there is none
     */
    static Place of(TdsSettings settings, @Nullable DestinationName own, Wanted wanted) throws RefusedException {
        for (Server server : settings.servers()) {
            DestinationName to = wanted.at(server);
            if (to != null) {
                return new Place(to, Objects.requireNonNull(server.tls()), server.serverLogin());
            }
        }
        ServerTls tls = settings.serverTls();
        if (own == null || tls == null) {
            throw new RefusedException(Reason.NOT_FOUND, "no server is known for server name \"" + wanted.server() + "\", database \"" + wanted.database()
                    + "\" and login \"" + wanted.login() + "\"");
        }
        return new Place(own, tls, settings.serverLogin());
    }

    /** How a server is spoken to that this one has sent a client to: it has a certificate of its own, by the same authority. */
    ServerTls tlsNamed(String host) {
        return tls.name() == null ? tls : new ServerTls(tls.mode(), host, tls.trust());
    }
}
