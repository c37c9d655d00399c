package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Intent;
import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.TdsSettings.ServerLogin;
import io.relaygate.plugins.tds.TdsSettings.ServerTls;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.util.Map;
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
     * @throws RefusedException NOT_FOUND if there is none
     */
    static Place of(TdsSettings settings, Session session, ClientSide client, String name, Login7 login) throws RefusedException {
        for (Server server : settings.servers()) {
            DestinationName to = destination(server, name, client.source());
            if (to != null && fits(server, login)) {
                return new Place(to, Objects.requireNonNull(server.tls()), server.serverLogin());
            }
        }
        DestinationName to = session.facts().to();
        ServerTls tls = settings.serverTls();
        if (to == null || tls == null) {
            throw new RefusedException(Reason.NOT_FOUND, "no server is known for server name \"" + name + "\", database \"" + login.text(Part.DATABASE)
                    + "\" and login \"" + login.text(Part.USER) + "\"");
        }
        return new Place(to, tls, settings.serverLogin());
    }

    /** Where a server is, if it fits by what is known without a login; null if it does not, or what its name has captured makes no name. */
    static @Nullable DestinationName destination(Server server, String name, String source) {
        Map<String, String> captured = server.name().match(name);
        boolean near = server.networks().isEmpty() || server.networks().stream().anyMatch(network -> network.has(source));
        return captured == null || !near ? null : server.to().fill(captured).orElse(null);
    }

    private static boolean fits(Server server, Login7 login) {
        return server.database().fits(login.text(Part.DATABASE))
                && server.login().fits(login.text(Part.USER))
                && server.application().fits(login.text(Part.APPLICATION))
                && (server.intent() == Intent.ANY || server.intent() == (login.readOnly() ? Intent.READ_ONLY : Intent.READ_WRITE));
    }

    /** How a server is spoken to that this one has sent a client to: it has a certificate of its own, by the same authority. */
    ServerTls tlsNamed(String host) {
        return tls.name() == null ? tls : new ServerTls(tls.mode(), host, tls.trust());
    }
}
