package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.ServerMode;
import io.relaygate.plugins.tds.TdsSettings.ServerTls;
import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.FederatedToken;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server, from PRELOGIN to the end of a login. What it fails in is UNREACHABLE; what the route does not let pass, NOT_ALLOWED. */
final class ServerSide {

    /** What fits into one record of TLS: SQL Server wants a packet in one. */
    private static final int LARGEST_IN_TLS = 16_383;

    private final Connection connection;
    private final Prelogin said;
    private final boolean strict;
    private final boolean secured;
    private int version;

    private ServerSide(Connection connection, Prelogin said, ServerTls how) {
        this.connection = connection;
        this.said = said;
        this.strict = how.mode() == ServerMode.STRICT;
        this.secured = how.mode() != ServerMode.NONE;
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private static <T> T call(Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (RefusedException e) {
            throw e;
        } catch (MalformedException e) {
            throw new RefusedException(Reason.UNREACHABLE, "the server does not speak TDS: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RefusedException(Reason.UNREACHABLE, "the server has broken off: " + e.getMessage(), e);
        }
    }

    /** A server that does not prove who it is will not do so for a client that tries again. */
    private static Connection trusted(Call<? extends Connection> call) throws IOException {
        try {
            return call.make();
        } catch (RefusedException e) {
            throw new RefusedException(Reason.NOT_ALLOWED, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Begins with a server as far as TLS.
     *
     * @param connection nothing said on it yet
     * @param client what the client has said; null if nothing
     * @param federated whether the login is federated, and the server's to judge
     */
    static ServerSide begin(Connection connection, ServerTls how, Tls tls, @Nullable Prelogin client, boolean mars, boolean federated)
            throws IOException {
        return call(() -> switch (how.mode()) {
            case STRICT -> {
                Connection secure = trusted(() -> tls.connect(connection, trust(how), name(how), ClientSide.ALPN));
                yield new ServerSide(secure, ask(secure, prelogin(client, Encryption.NOT_SUPPORTED, mars, federated)), how);
            }
            case TDS7 -> {
                Prelogin said = ask(connection, prelogin(client, Encryption.ON, mars, federated));
                if (!said.encryption().all()) {
                    throw TdsRefusal.because("the server has no TLS, which the route wants");
                }
                TlsInPackets carrier = new TlsInPackets(connection);
                Connection secure = trusted(() -> tls.withoutTls13().connect(carrier, trust(how), name(how)));
                carrier.handshakeIsOver();
                yield new ServerSide(secure, said, how);
            }
            case NONE -> {
                Prelogin said = ask(connection, prelogin(client, Encryption.NOT_SUPPORTED, mars, federated));
                if (said.encryption() != Encryption.NOT_SUPPORTED) {
                    throw TdsRefusal.because("the server wants TLS, which the route has not; give it `tls: { name: ... }`");
                }
                yield new ServerSide(connection, said, how);
            }
        });
    }

    private static Trust trust(ServerTls how) {
        return how.trust() == null ? Trust.SYSTEM : how.trust();
    }

    private static String name(ServerTls how) {
        return Objects.requireNonNull(how.name());
    }

    /** What the client has said, but for what is the gateway's to say. */
    private static Prelogin prelogin(@Nullable Prelogin client, Encryption encryption, boolean mars, boolean federated) {
        Prelogin own = Prelogin.of(9, 0, 0);
        Prelogin said = (client == null ? own : client.only(Prelogin.VERSION, Prelogin.THREAD, Prelogin.TRACE))
                .with(encryption).with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.MARS, (byte) (mars ? 1 : 0));
        return federated ? said.with(Prelogin.FEDERATED, (byte) 1) : said;
    }

    private static Prelogin ask(Connection connection, Prelogin prelogin) throws IOException {
        connection.out().write(new Message(PacketHeader.PRELOGIN, prelogin.encode()).encode());
        Message answer = Message.read(connection.in(), Message.LARGEST_PRELOGIN);
        if (answer == null) {
            throw new IOException("it has closed the connection");
        }
        if (answer.type() != PacketHeader.RESULT) {
            throw new RefusedException(Reason.UNREACHABLE, "the server does not speak TDS: it answers PRELOGIN with type " + answer.type());
        }
        return Prelogin.parse(answer.data());
    }

    /**
     * Logs in.
     *
     * @param clientSecured whether the client's packets are in TLS, and so have to fit into its records
     */
    LoginAnswer logIn(Login7 login, boolean clientSecured) throws IOException {
        Login7 fitting = login.withVersion(TdsVersion.in(strict, login.version()));
        if ((secured || clientSecured) && Integer.compareUnsigned(fitting.packetSize(), LARGEST_IN_TLS) > 0) {
            fitting = fitting.withPacketSize(LARGEST_IN_TLS);
        }
        if (fitting.feature(Feature.FEDERATED) != null) {
            List<Feature> echoing = fitting.features().stream()
                    .map(each -> each.id() == Feature.FEDERATED ? FederatedToken.echoing(each, said.says(Prelogin.FEDERATED)) : each).toList();
            fitting = fitting.withFeatures(echoing);
        }
        version = fitting.version();
        return ask(new Message(PacketHeader.LOGIN, fitting.encode()));
    }

    /** Passes on a further word of Kerberos, NTLM or federated authentication. */
    LoginAnswer ask(Message word) throws IOException {
        return call(() -> {
            word.write(connection.out(), PacketHeader.FIRST_SIZE);
            Message answer = Message.read(connection.in(), Message.LARGEST_ANSWER);
            if (answer == null) {
                throw new IOException("it has closed the connection in answer to a login");
            }
            return LoginAnswer.parse(answer, version);
        });
    }

    /** Whether it lets several requests go on at once. */
    boolean mars() {
        return said.says(Prelogin.MARS);
    }

    /** Where a client's packets go from now on. */
    Connection packets(boolean mars) {
        return secured && !mars ? new WholePackets(new PacketEnds(connection)) : connection;
    }
}
