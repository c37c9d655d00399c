package io.relaygate.plugins.postgres;

import io.relaygate.plugins.postgres.wire.Message;
import io.relaygate.plugins.postgres.wire.SessionKey;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a login, message by message, from the server's first word until a session is ready ("Start-up"): the two speak in turn.
 * What is secret in it goes through and is kept nowhere.
 */
final class Login {

    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_FINAL = 12;

    /** After these nobody can tell whose turn it is; the server can name no session that is to be cancelled. */
    private static final Set<Integer> GSSAPI = Set.of(2, 7, 8, 9);

    private final Connection client;
    private final Connection server;
    private final boolean clientSecured;
    private final boolean serverSecured;
    private final Consumer<SessionKey> named;
    private @Nullable SessionKey key;

    /**
     * A login that has not begun.
     *
     * @param named is told by what the server knows the session, before the client is: it may ask to cancel at once
     */
    Login(Connection client, Connection server, boolean clientSecured, boolean serverSecured, Consumer<SessionKey> named) {
        this.client = client;
        this.server = server;
        this.clientSecured = clientSecured;
        this.serverSecured = serverSecured;
        this.named = named;
    }

    /** By what the server knows the session; null if it has not said it. */
    @Nullable SessionKey key() {
        return key;
    }

    /** Carries it to its end. The connections go on from where this has come to. */
    void run() throws IOException {
        while (true) {
            Message said = Message.read(server.in());
            if (said == null) {
                return;
            }
            if (said.type() == 'K') {
                key = said.sessionKey();
                named.accept(key);
            }
            Message told = clientSecured || serverSecured ? said.withoutChannelBinding() : said;
            client.out().write(told.encode());
            switch (said.type()) {
                case 'R' -> {
                    int wanted = said.authentication();
                    if (GSSAPI.contains(wanted)) {
                        return;
                    }
                    if (wanted != OK && wanted != SASL_FINAL) {
                        answer(wanted == SASL);
                    }
                }
                case 'Z' -> {
                    return;
                }
                default -> {}
            }
        }
    }

    private void answer(boolean firstOfSasl) throws IOException {
        Message answer = Message.read(client.in());
        if (answer == null) {
            throw new EOFException("the client has left during its login");
        }
        if (firstOfSasl && serverSecured && answer.missesChannelBinding()) {
            throw new RefusedException(Reason.NOT_ALLOWED, "TLS ends at this gateway and begins again behind it, so that a login cannot be"
                    + " bound to it; connect with channel_binding=disable");
        }
        server.out().write(answer.encode());
    }
}
