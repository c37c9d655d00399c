package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.TlsHello;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session whose TLS passes: the name that the client asks for in it says where to. A client of TDS 8.0 begins with it. One of TDS 7 wants an answer to
 * its PRELOGIN first: it gets one that any server can keep, and the server then gets the PRELOGIN that makes it keep that.
 */
final class Passage {

    private static final int TLS_RECORD = 0x16;
    private static final byte ALERT_RECORD = 0x15;
    private static final byte FATAL = 2;
    private static final int ACCESS_DENIED = 49;
    private static final int INTERNAL_ERROR = 80;
    private static final int UNRECOGNIZED_NAME = 112;

    private final TdsSettings settings;
    private final RouteContext context;
    private final Session session;
    private final Connection client;

    Passage(TdsSettings settings, RouteContext context, Session session) throws IOException {
        this.settings = settings;
        this.context = context;
        this.session = session;
        this.client = session.client();
    }

    void run() throws IOException {
        ByteBuffer first = client.peek(1);
        if (!first.hasRemaining()) {
            return;
        }
        try {
            switch (first.get(0)) {
                case TLS_RECORD -> strict();
                case PacketHeader.PRELOGIN -> negotiated();
                case PacketHeader.LOGIN -> throw new RefusedException(
                        Reason.NOT_ALLOWED, "a login without TLS has no name by which to route; connect with encrypt=true, or ssl=require with jTDS");
                default -> throw new RefusedException(Reason.MALFORMED, "a client that begins with byte " + (first.get(0) & 0xff) + " speaks no TDS");
            }
        } catch (MalformedException e) {
            throw new RefusedException(Reason.MALFORMED, String.valueOf(e.getMessage()), e);
        }
    }

    private void strict() throws IOException {
        TlsHello hello = known(context.tls().peek(client));
        Connection server;
        try {
            server = dial(hello);
        } catch (RefusedException e) {
            throw told(e, client);
        }
        session.splice(client, server);
    }

    /** Says it by a fatal alert (RFC 8446 section 6), which drivers show, and ends the connection so that it arrives. */
    private static RefusedException told(RefusedException why, Connection tls) {
        int alert = switch (why.reason()) {
            case NOT_FOUND -> UNRECOGNIZED_NAME;
            case NOT_ALLOWED -> ACCESS_DENIED;
            default -> INTERNAL_ERROR;
        };
        try {
            tls.out().write(new byte[] {ALERT_RECORD, 3, 3, 0, 2, FATAL, (byte) alert});
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        tls.close();
        return why;
    }

    private static TlsHello known(@Nullable TlsHello hello) throws RefusedException {
        if (hello == null) {
            throw new RefusedException(Reason.MALFORMED, "what begins like TLS is none");
        }
        return hello;
    }

    private Connection dial(TlsHello hello) throws IOException {
        String name = hello.serverName();
        session.note("tds.server", name == null ? "" : name);
        return session.dial(session.facts().caller(), place(settings, session.facts(), Wanted.of(name, session.facts().source())));
    }

    /**
     * The first server that fits, or the route's own.
     *
     * @throws RefusedException NOT_FOUND if there is none
     */
    static DestinationName place(TdsSettings settings, SessionFacts facts, Wanted wanted) throws RefusedException {
        for (Server server : settings.servers()) {
            DestinationName to = wanted.at(server);
            if (to != null) {
                return to;
            }
        }
        DestinationName own = facts.to();
        if (own == null) {
            throw new RefusedException(Reason.NOT_FOUND, wanted.server().isEmpty()
                    ? "the client names no server in TLS, and the route has no `to`"
                    : "no server is known for server name \"" + wanted.server() + "\"");
        }
        return own;
    }

    private void negotiated() throws IOException {
        Message message = Message.read(client.in(), Message.LARGEST_PRELOGIN);
        if (message == null) {
            throw new EOFException("the client has left");
        }
        Prelogin asked = Prelogin.parse(message.data());
        Prelogin told = told(asked);
        client.out().write(new Message(PacketHeader.RESULT, told.encode()).encode());
        TlsInPackets carrier = new TlsInPackets(client);
        TlsHello hello = hello(asked, carrier);
        Connection server;
        try {
            server = dial(hello);
            Instant limit = context.clock().instant().plus(settings.loginTimeout());
            client.deadline(limit);
            server.deadline(limit);
            keep(server, asked, told);
        } catch (RefusedException e) {
            throw told(e, carrier);
        }
        new Message(PacketHeader.PRELOGIN, carrier.takeAhead()).write(server.out(), PacketHeader.FIRST_SIZE);
        client.deadline(null);
        server.deadline(null);
        session.splice(client, server);
    }

    private TlsHello hello(Prelogin asked, TlsInPackets carrier) throws IOException {
        if (!client.peek(1).hasRemaining()) {
            throw new RefusedException(Reason.NOT_ALLOWED, asked.encryption() == Encryption.NOT_SUPPORTED
                    ? "the client wants no TLS, in which it would name its server; connect with encrypt=true"
                    : "the client has left instead of beginning TLS");
        }
        return known(context.tls().peek(carrier));
    }

    /** An answer that every server can keep: TLS for all, and nothing else that is not asked for here. */
    private Prelogin told(Prelogin asked) {
        Prelogin told = Prelogin.of(16, 0, 1000)
                .with(asked.encryption() == Encryption.ON ? Encryption.ON : Encryption.REQUIRED)
                .with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.THREAD)
                .with(Prelogin.MARS, (byte) (settings.mars() && asked.says(Prelogin.MARS) ? 1 : 0));
        return asked.has(Prelogin.FEDERATED) ? told.with(Prelogin.FEDERATED, (byte) 0) : told;
    }

    /** Has the server say what the client was told. */
    private static void keep(Connection server, Prelogin asked, Prelogin told) throws IOException {
        Prelogin asks = asked.without(Prelogin.FEDERATED).with(Encryption.ON)
                .with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.MARS, (byte) (told.says(Prelogin.MARS) ? 1 : 0));
        server.out().write(new Message(PacketHeader.PRELOGIN, asks.encode()).encode());
        Message message = Message.read(server.in(), Message.LARGEST_PRELOGIN);
        if (message == null || message.type() != PacketHeader.RESULT) {
            throw new RefusedException(Reason.UNREACHABLE, "the server does not answer PRELOGIN; does it take TDS 8.0 (strict) alone?");
        }
        Prelogin said = Prelogin.parse(message.data());
        if (!said.encryption().all()) {
            throw new RefusedException(Reason.UNREACHABLE, "the server has no TLS, in which clients name it");
        }
        if (said.says(Prelogin.MARS) != told.says(Prelogin.MARS)) {
            throw new RefusedException(Reason.UNREACHABLE, "the server has no MARS, which the route says it has: leave out `mars`");
        }
    }
}
