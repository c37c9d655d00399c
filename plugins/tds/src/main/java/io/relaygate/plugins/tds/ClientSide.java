package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.ClientEncryption;
import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.TlsConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A client whose TLS ends here, from its first byte to its login. */
final class ClientSide {

    static final String ALPN = "tds/8.0";

    private static final int TLS_RECORD = 0x16;
    private static final Prelogin SAID = Prelogin.of(16, 0, 1000);

    private final TdsSettings settings;
    private final Tls tls;
    private final Session session;
    private Connection connection;
    private boolean strict;
    private boolean secured;
    private boolean wholly;
    private @Nullable Prelogin prelogin;
    private @Nullable Login7 login;
    private @Nullable String serverName;
    private Credential.@Nullable ClientCertificate certificate;

    ClientSide(TdsSettings settings, Tls tls, Session session) throws IOException {
        this.settings = settings;
        this.tls = tls;
        this.session = session;
        this.connection = session.client();
        SessionFacts.Tls ended = session.facts().tls();
        this.strict = ended != null && ALPN.equals(ended.applicationProtocol());
        this.secured = strict;
        this.wholly = strict;
    }

    /**
     * Hears it out up to its login; null if it has left before a word.
     *
     * @throws RefusedException if it does not want the encryption that the route wants
     */
    @Nullable Login7 meet() throws IOException {
        ByteBuffer first = connection.peek(1);
        if (!first.hasRemaining()) {
            return null;
        }
        switch (first.get(0)) {
            case TLS_RECORD -> {
                secureStrictly();
                prelogin = readPrelogin();
                answer(prelogin, Encryption.NOT_SUPPORTED);
            }
            case PacketHeader.PRELOGIN -> {
                Prelogin said = readPrelogin();
                prelogin = said;
                if (strict) {
                    answer(said, Encryption.NOT_SUPPORTED);
                } else {
                    return negotiated(said);
                }
            }
            case PacketHeader.LOGIN -> {
                // As jTDS does it: what else is wrong is said when its login is there.
            }
            default -> throw new RefusedException(Reason.MALFORMED, "a client that begins with byte " + (first.get(0) & 0xff)
                    + " speaks no TDS that is known here: 7.1 to 8.0 are");
        }
        return readLogin();
    }

    private Prelogin readPrelogin() throws IOException {
        return Prelogin.parse(read(PacketHeader.PRELOGIN, Message.LARGEST_PRELOGIN, "PRELOGIN").data());
    }

    private Login7 readLogin() throws IOException {
        Login7 read = Login7.parse(read(PacketHeader.LOGIN, Message.LARGEST_LOGIN, "a login").data());
        login = read;
        return read;
    }

    private Message read(int type, int most, String what) throws IOException {
        Message message = Message.read(connection.in(), most);
        if (message == null) {
            throw new EOFException("the client has left before " + what);
        }
        if (message.type() != type) {
            throw new RefusedException(Reason.MALFORMED, "a message of type " + message.type() + " in place of " + what);
        }
        return message;
    }

    private void answer(Prelogin asked, Encryption encryption) throws IOException {
        Prelogin said = SAID.with(encryption).with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.THREAD).with(Prelogin.MARS, (byte) (mars() ? 1 : 0));
        if (asked.has(Prelogin.FEDERATED)) {
            said = said.with(Prelogin.FEDERATED, (byte) (settings.logins() == TdsSettings.Logins.GATEWAY ? 1 : 0));
        }
        connection.out().write(new Message(PacketHeader.RESULT, said.encode()).encode());
    }

    /** TLS inside PRELOGIN (MS-TDS section 3.3.5.1): never less than the client asks for. */
    private Login7 negotiated(Prelogin said) throws IOException {
        Encryption asked = said.encryption();
        ServerCertificates certificates = settings.tls();
        if (certificates == null) {
            if (asked.all()) {
                throw new RefusedException(Reason.NOT_ALLOWED, "the client wants TLS, and the route has no certificates; connect with encrypt=false");
            }
            answer(said, Encryption.NOT_SUPPORTED);
            return readLogin();
        }
        Encryption agreed = switch (asked) {
            case ON, REQUIRED -> Encryption.ON;
            case OFF -> settings.encryption() == ClientEncryption.FULL ? Encryption.REQUIRED : Encryption.OFF;
            case NOT_SUPPORTED -> settings.encryption() == ClientEncryption.OPTIONAL ? Encryption.NOT_SUPPORTED : Encryption.REQUIRED;
        };
        answer(said, agreed);
        if (agreed == Encryption.NOT_SUPPORTED) {
            return readLogin();
        }
        if (asked == Encryption.NOT_SUPPORTED && !connection.peek(1).hasRemaining()) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the client wants no TLS, and the route wants it; connect with encrypt=true");
        }
        Connection clear = connection;
        TlsInPackets carrier = new TlsInPackets(clear);
        accepted(tls.withoutTls13().accept(carrier, certificates));
        carrier.handshakeIsOver();
        Login7 read = readLogin();
        if (agreed == Encryption.OFF) {
            // The rest is in clear, the answer to the login included.
            connection = clear;
        }
        wholly = agreed.all();
        return read;
    }

    private void secureStrictly() throws IOException {
        ServerCertificates certificates = settings.tls();
        if (certificates == null) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the client wants TLS, and the route has no certificates");
        }
        accepted(tls.accept(connection, certificates));
        strict = true;
        wholly = true;
    }

    private void accepted(TlsConnection secure) {
        connection = secure;
        secured = true;
        serverName = secure.serverName();
        certificate = secure.clientCertificate();
    }

    /**
     * Whether the route wants more encryption than the client has come with.
     *
     * @throws RefusedException if it does
     */
    void requireEncryption() throws RefusedException {
        if (!secured && settings.encryption() != ClientEncryption.OPTIONAL) {
            throw new RefusedException(Reason.NOT_ALLOWED, "no login without TLS; connect with encrypt=true, or ssl=require with jTDS");
        }
    }

    /** Where the client is spoken to now. */
    Connection connection() {
        return connection;
    }

    /** Where its packets come from now on. */
    Connection packets() {
        return wholly && !mars() ? new PacketEnds(connection) : connection;
    }

    /** Whether its TLS goes on after the login. */
    boolean wholly() {
        return wholly;
    }

    /** For people. */
    String encryption() {
        return strict ? "strict" : wholly ? "full" : secured ? "login" : "none";
    }

    /** Whether several requests are to go on at once. */
    boolean mars() {
        return settings.mars() && prelogin != null && prelogin.says(Prelogin.MARS);
    }

    /** What it has said before its login; null if nothing. */
    @Nullable Prelogin prelogin() {
        return prelogin;
    }

    /** Null before it is there. */
    @Nullable Login7 login() {
        return login;
    }

    /** The name that it has asked for in TLS; null if none. */
    @Nullable String serverName() {
        return serverName;
    }

    /** The certificate that it has shown; null if none. */
    Credential.@Nullable ClientCertificate certificate() {
        return certificate;
    }

    String source() {
        return session.facts().source();
    }
}
