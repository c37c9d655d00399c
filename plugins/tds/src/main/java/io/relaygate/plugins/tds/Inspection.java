package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.StatementLog;
import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.plugins.tds.wire.Token;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what goes between a client and its server after the login: requests are told of with what has become of them, and denied where the route only
 * reads. One request is answered after the other, so that whoever denies one knows that the server says nothing meanwhile.
 */
final class Inspection {

    private static final int SMALLEST_PACKET = 512;
    private static final int SECURITY = 14;

    private final Session session;
    private final InstantSource clock;
    private final Exchanges exchanges;
    private final boolean looksInto;
    private final boolean readOnly;
    private final String route;
    private final int version;

    /**
     * Nothing looked at yet.
     *
     * @param version what the two speak
     * @param login who has logged in
     * @param database the one that the session begins in
     */
    Inspection(Session session, TdsSettings settings, Statements statements, InstantSource clock, String route, int version, String login, String database) {
        boolean audit = settings.statements() == StatementLog.AUDIT;
        this.session = session;
        this.clock = clock;
        this.exchanges = new Exchanges(session, statements, clock, audit, login, database);
        this.readOnly = settings.readOnly();
        this.looksInto = audit || readOnly;
        this.route = route;
        this.version = version;
    }

    /** Whether a route wants any of it. */
    static boolean isWanted(TdsSettings settings) {
        return settings.readOnly() || settings.statements() != StatementLog.NONE;
    }

    /** Carries both ways until the end. */
    void carry(Connection client, Connection server) throws IOException {
        OutputStream toClient = new Whole(client.out());
        Connection requests = new WholePackets(server, new Requests(server.out(), toClient));
        try {
            session.splice(
                    new ConnectionOver(client) {
                        @Override
                        public OutputStream out() {
                            return toClient;
                        }
                    },
                    new Answers(requests, exchanges, clock, version));
        } finally {
            exchanges.tell();
        }
    }

    /** Two write to a client, but never at once. */
    private static final class Whole extends OutputStream {

        private final OutputStream under;

        Whole(OutputStream under) {
            this.under = under;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            under.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            under.write(bytes, offset, length);
        }
    }

    /** Takes packets whole. */
    private final class Requests extends OutputStream {

        private final OutputStream toServer;
        private final OutputStream toClient;
        private final List<byte[]> held = new ArrayList<>();
        private @Nullable Asked asked;
        private int resets;

        Requests(OutputStream toServer, OutputStream toClient) {
            this.toServer = toServer;
            this.toClient = toClient;
        }

        @Override
        public void write(int b) {
            throw new IllegalStateException("packets come whole");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int type = bytes[offset];
            int status = bytes[offset + 1];
            if ((status & PacketHeader.RESETS) != 0) {
                exchanges.reset();
            }
            if (!Asked.isOne(type)) {
                toServer.write(bytes, offset, length);
                return;
            }
            Asked now = asked;
            boolean begins = now == null || now.type() != type;
            if (now == null || begins) {
                now = new Asked(type, TdsVersion.isFrom72(version), looksInto);
                asked = now;
            }
            now.take(bytes, offset, length);
            boolean last = (status & PacketHeader.LAST) != 0;
            if (!readOnly) {
                if (last) {
                    run(now);
                }
                toServer.write(bytes, offset, length);
            } else if (last || now.isKept()) {
                byte[] packet = Arrays.copyOfRange(bytes, offset, offset + length);
                if (begins) {
                    packet[1] |= (byte) resets;
                    resets = 0;
                }
                held.add(packet);
                if (last) {
                    decide(now);
                }
            }
        }

        private void run(Asked what) {
            asked = null;
            exchanges.runs(what);
        }

        private void decide(Asked what) throws IOException {
            List<Call> calls = what.calls();
            String objection = calls == null ? "what is asked cannot be read" : ReadOnly.objection(calls);
            if (objection == null) {
                run(what);
                for (byte[] packet : held) {
                    toServer.write(packet);
                }
            } else {
                asked = null;
                // A pool's wish for a fresh session goes with the next request.
                resets |= held.getFirst()[1] & PacketHeader.RESETS;
                exchanges.denied(what, calls);
                int kind = what.type() == PacketHeader.CALL ? Token.Done.CALL : Token.Done.STATEMENT;
                LoginAnswer.failure(kind, Exchanges.DENIED, 1, SECURITY, "RelayGate, route '" + route + "' only reads: " + objection + ".", "RelayGate", version)
                        .message().write(toClient, SMALLEST_PACKET);
            }
            held.clear();
        }
    }
}
