package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.Beginning.LeftException;
import io.relaygate.plugins.ssh.wire.Identification;
import io.relaygate.plugins.ssh.wire.KeyExchange;
import io.relaygate.plugins.ssh.wire.MalformedException;
import io.relaygate.plugins.ssh.wire.Message;
import io.relaygate.plugins.ssh.wire.Packet;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session that is encrypted between client and server. What the two say before, in clear, is read and judged, and passed on exactly as it
 * came: identification strings, and the lists of algorithms to choose from. Nothing that comes after a list passes before both have been judged.
 *
 * <p>Both directions are read at the same time, since either side may wait for the other: the server's on the session's thread, which alone
 * writes to the client, and the client's beside it.
 */
final class Passage {

    /** After so long a client that has said nothing is taken to wait for its server. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    /** How long a client has to take the words that it is refused with. */
    private static final Duration FOR_WORDS = Duration.ofSeconds(1);

    /** What a server may say before its identification string, that included. */
    private static final int MOST_TEXT = 16 * 1024;

    /** How many packets that mean nothing to key exchange may come before it. */
    private static final int MOST_PACKETS = 16;

    private static final Identification OWN = new Identification("SSH-2.0-RelayGate");

    private final SshSettings settings;
    private final RouteContext context;
    private final Session session;
    private final Connection client;
    private final Beginning fromClient;

    /** Whether the client knows by now with whom it speaks, and so can be told things in packets. */
    private boolean introduced;

    /** Whether the server has told the client itself that it ends. */
    private boolean disconnected;

    private volatile boolean clientSpeaksNoSsh;
    private volatile @Nullable KeyExchange clientOffers;
    private volatile @Nullable IOException clientFailure;
    private volatile @Nullable IOException serverLost;
    private @Nullable KeyExchange serverOffers;

    Passage(SshSettings settings, RouteContext context, Session session) throws IOException {
        this.settings = settings;
        this.context = context;
        this.session = session;
        this.client = session.client();
        this.fromClient = new Beginning(client);
    }

    void run() throws IOException {
        try {
            pass();
        } catch (RefusedException e) {
            tell(e, e.reason(), String.valueOf(e.getMessage()));
            throw e;
        } catch (SocketTimeoutException e) {
            String late = (clientOffers == null ? "the client" : "the server") + " has not said within " + settings.greeting().toSeconds()
                    + " s what keys it can exchange";
            SocketTimeoutException told = new SocketTimeoutException(late);
            told.initCause(e);
            tell(told, Reason.UNREACHABLE, late);
            throw told;
        }
    }

    private void pass() throws IOException {
        limit(client, settings.greeting());
        byte[] said = null;
        if (client.awaitReadable(SILENCE)) {
            if (!client.peek(1).hasRemaining()) {
                return;
            }
            try {
                said = clientSays();
            } catch (IOException e) {
                throw ofClient(e);
            }
        }
        client.deadline(null);
        Connection server = session.dial(session.facts().caller(), Objects.requireNonNull(session.facts().to()));
        limit(client, settings.greeting().plus(FOR_WORDS));
        limit(server, settings.greeting());
        agree(server, said);
        client.deadline(null);
        server.deadline(null);
        session.splice(client, server);
    }

    private void limit(Connection connection, Duration time) {
        connection.deadline(context.clock().instant().plus(time));
    }

    /** Returns when both have said with what they begin, and it has been passed on. */
    private void agree(Connection server, byte @Nullable [] said) throws IOException {
        Session.Fork beside = session.fork("client", () -> clientBegins(server, said));
        IOException serverFailure = null;
        try {
            serverBegins(server);
            beside.join();
        } catch (MalformedException | LeftException e) {
            serverFailure = new RefusedException(Reason.UNREACHABLE, "the server " + e.getMessage(), e);
        } catch (IOException e) {
            serverFailure = e;
        }
        // What the client does wrong ends the connection to the server too, and what a server says last is better than that it is lost.
        IOException first = clientFailure != null ? clientFailure : serverFailure != null ? serverFailure : serverLost;
        if (first != null) {
            throw first;
        }
        KeyExchange fromHere = Objects.requireNonNull(clientOffers);
        KeyExchange fromThere = Objects.requireNonNull(serverOffers);
        session.note("ssh.hasshServer", fromThere.hasshServer());
        boolean clientIsStrict = fromHere.has(KeyExchange.STRICT_CLIENT);
        boolean serverIsStrict = fromThere.has(KeyExchange.STRICT_SERVER);
        session.note("ssh.strictKex", clientIsStrict ? serverIsStrict ? "both" : "client" : serverIsStrict ? "server" : "none");
    }

    private void serverBegins(Connection server) throws IOException {
        Beginning fromServer = new Beginning(server);
        int room = MOST_TEXT;
        while (!introduced) {
            byte[] line = fromServer.line(room);
            room -= line.length;
            if (Identification.isMeant(line)) {
                session.note("ssh.server", Identification.parse(line).text());
                introduced = true;
            }
            client.out().write(line);
        }
        offers(fromServer, this::toClient, "the server", KeyExchange.STRICT_SERVER, offered -> serverOffers = offered);
    }

    private void toClient(byte[] packet) throws IOException {
        client.out().write(packet);
        disconnected = Packet.payload(packet).get(0) == Message.DISCONNECT;
    }

    /** Runs beside the session's thread. */
    private void clientBegins(Connection server, byte @Nullable [] said) {
        try {
            toServer(server, said == null ? clientSays() : said);
            offers(fromClient, packet -> toServer(server, packet), "the client", KeyExchange.STRICT_CLIENT, offered -> {
                session.note("ssh.hassh", offered.hassh());
                clientOffers = offered;
            });
        } catch (ServerLostException e) {
            // What it has said last is still read.
            serverLost = new RefusedException(Reason.UNREACHABLE, "the server has left before keys were exchanged", e);
        } catch (IOException e) {
            clientFailure = ofClient(e);
            server.abort();
        }
    }

    private static final class ServerLostException extends IOException {
        private static final long serialVersionUID = 1L;

        ServerLostException(IOException cause) {
            super(cause);
        }
    }

    private static void toServer(Connection server, byte[] bytes) throws IOException {
        try {
            server.out().write(bytes);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new ServerLostException(e);
        }
    }

    private static IOException ofClient(IOException e) {
        return switch (e) {
            case MalformedException malformed -> new RefusedException(Reason.MALFORMED, "the client " + malformed.getMessage(), malformed);
            case LeftException left -> new IOException("the client " + left.getMessage(), left);
            default -> e;
        };
    }

    /** The client's identification string, which it may begin with. */
    private byte[] clientSays() throws IOException {
        byte[] line;
        Identification said;
        try {
            line = fromClient.identification();
            said = Identification.parse(line);
        } catch (MalformedException e) {
            clientSpeaksNoSsh = true;
            throw e;
        }
        session.note("ssh.client", said.text());
        if (settings.denyClients().stream().anyMatch(pattern -> pattern.fits(said))) {
            throw new RefusedException(Reason.NOT_ALLOWED, "clients that begin with " + said.text() + " are not let through");
        }
        return line;
    }

    /** Passes bytes on. */
    private interface Way {
        void pass(byte[] bytes) throws IOException;
    }

    /** Passes packets on until the lists of a side have come, and these when they are found right. */
    private void offers(Beginning from, Way on, String whose, String strict, Consumer<KeyExchange> judged) throws IOException {
        for (int i = 0; i < MOST_PACKETS; i++) {
            byte[] packet = from.packet();
            ByteBuffer payload = Packet.payload(packet);
            int message = payload.get(0) & 0xff;
            if (message == Message.KEY_EXCHANGE) {
                KeyExchange offered = KeyExchange.parse(payload);
                if (settings.requireStrictKex() && !offered.has(strict)) {
                    throw new RefusedException(Reason.NOT_ALLOWED, whose + " has no strict key exchange (" + strict + "), and none is let through without");
                }
                judged.accept(offered);
                on.pass(packet);
                return;
            }
            if (message == Message.DISCONNECT) {
                on.pass(packet);
                throw new LeftException("has ended the connection: " + Message.words(payload), null);
            }
            // A packet more before the lists is one that can be taken away later (Terrapin).
            if (settings.requireStrictKex() || !Message.mayComeAtAnyTime(message)) {
                throw new MalformedException("sends message " + message + " before SSH_MSG_KEXINIT");
            }
            on.pass(packet);
        }
        throw new MalformedException("sends more than " + MOST_PACKETS + " packets before SSH_MSG_KEXINIT");
    }

    /** Says it in the client's own protocol, and ends the connection so that it arrives. */
    private void tell(IOException why, Reason reason, String words) {
        try {
            limit(client, FOR_WORDS);
            if (disconnected) {
                client.close();
                return;
            }
            if (clientSpeaksNoSsh) {
                client.out().write((words + "\r\n").getBytes(StandardCharsets.UTF_8));
            } else {
                if (!introduced) {
                    client.out().write(OWN.encode());
                }
                client.out().write(Packet.encode(Message.disconnect(number(reason), words)));
            }
            client.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /** RFC 4253 section 11.1. */
    private static int number(Reason reason) {
        return switch (reason) {
            case NOT_ALLOWED -> 1;
            case MALFORMED -> 2;
            case NOT_FOUND, NO_SITE, NO_RELAY, UNREACHABLE -> 7;
            case BUSY -> 12;
        };
    }
}
