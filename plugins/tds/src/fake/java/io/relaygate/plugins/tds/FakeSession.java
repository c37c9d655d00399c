package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.plugins.tds.wire.Routing;
import io.relaygate.plugins.tds.wire.Token;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One client of a {@link FakeSqlServer}. */
final class FakeSession {

    private static final int MOST = 64 * 1024 * 1024;
    private static final int PROCESS = 51;
    private static final int UTF8 = 0x0a;
    private static final int LANGUAGE = 2;

    /** State 1 of a session, of one byte. */
    private static final byte[] A_STATE = {1, 1, 0};

    private final FakeSqlServer server;
    private final Socket socket;
    private InputStream in;
    private OutputStream out;
    private int packetSize = PacketHeader.FIRST_SIZE;

    FakeSession(FakeSqlServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    void run() throws IOException {
        if (server.tls() == FakeSqlServer.Tls.STRICT) {
            SSLSocket secure = (SSLSocket) server.context().getSocketFactory().createSocket(socket, InputStream.nullInputStream(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"tds/8.0"});
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            speak(secure);
        }
        Message first = Message.read(in, MOST);
        if (first == null) {
            return;
        }
        Encryption agreed = Encryption.NOT_SUPPORTED;
        if (first.type() == PacketHeader.PRELOGIN) {
            Prelogin said = Prelogin.parse(first.data());
            server.heard(said);
            agreed = agreed(said.encryption());
            Prelogin answer = Prelogin.of(16, 0, 4110).with(agreed).with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.THREAD)
                    .with(Prelogin.MARS, (byte) (said.says(Prelogin.MARS) ? 1 : 0));
            out.write(new Message(PacketHeader.RESULT, PROCESS, ByteBuffer.wrap(answer.encode())).encode());
            if (agreed != Encryption.NOT_SUPPORTED) {
                speak(FakeTlsSocket.accept(socket, server.context()));
            }
            first = Message.read(in, MOST);
        }
        if (first == null || first.type() != PacketHeader.LOGIN) {
            throw new IOException("no login but " + first);
        }
        if (agreed == Encryption.OFF) {
            speak(socket);
        }
        Login7 login = Login7.parse(first.data());
        server.heard(login);
        if (logIn(login)) {
            new FakeAnswers(server, login, database(login), in, out, packetSize).run();
        }
    }

    /** Where the session begins: where the one was that it recovers (MS-TDS section 2.2.6.4, SESSIONRECOVERY), else where the login says. */
    private static String database(Login7 login) {
        Feature recovery = login.feature(Feature.SESSION_RECOVERY);
        if (recovery == null || !recovery.data().hasRemaining()) {
            return login.text(Part.DATABASE);
        }
        ByteBuffer data = recovery.data();
        int length = data.getInt();
        ByteBuffer before = data.slice(data.position(), length);
        data.position(data.position() + length + Integer.BYTES);
        String last = text(data);
        return last.isEmpty() ? text(before) : last;
    }

    /** B_VARCHAR (MS-TDS section 2.2.5.2.1). */
    private static String text(ByteBuffer in) {
        byte[] units = new byte[2 * (in.get() & 0xff)];
        in.get(units);
        return new String(units, StandardCharsets.UTF_16LE);
    }

    private void speak(Socket on) throws IOException {
        in = on.getInputStream();
        out = new BufferedOutputStream(on.getOutputStream(), 64 * 1024) {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
                super.write(bytes, offset, length);
                flush();
            }
        };
    }

    private Encryption agreed(Encryption asked) {
        return switch (server.tls()) {
            case NONE, STRICT -> Encryption.NOT_SUPPORTED;
            case OPTIONAL -> asked.all() ? Encryption.ON : asked;
            case FORCED -> asked.all() ? Encryption.ON : Encryption.REQUIRED;
        };
    }

    private boolean logIn(Login7 login) throws IOException {
        for (int i = 0; login.integrated() && i < server.sspiWords(); i++) {
            say(List.of(new Token.Other(Token.Other.SSPI, ByteBuffer.wrap(new byte[] {2, 0, 'N', (byte) i}))));
            Message word = Message.read(in, MOST);
            if (word == null || word.type() != PacketHeader.SSPI) {
                throw new IOException("no word but " + word);
            }
        }
        int error = server.believes(login) ? server.loginError() : 18456;
        if (error != 0) {
            LoginAnswer.failure(Token.Done.STATEMENT, error, 1, 14, "Login failed for user '" + login.text(Part.USER) + "'.", server.name(), login.version())
                    .message().write(out, packetSize);
            return false;
        }
        List<Token> tokens = new ArrayList<>();
        tokens.add(change(Token.EnvChange.DATABASE, database(login), "master"));
        tokens.add(change(LANGUAGE, "us_english", ""));
        tokens.add(new Token.EnvChange(7, ByteBuffer.wrap(new byte[] {5, 9, 4, (byte) 0xd0, 0, 0x34, 0})));
        byte[] program = "Microsoft SQL Server".getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer rest = ByteBuffer.allocate(1 + program.length + 4).put((byte) (program.length / 2)).put(program).put(new byte[] {16, 0, 0x10, 0x0e}).flip();
        tokens.add(new Token.LoginAck(1, login.version(), rest));
        Routing redirect = server.redirect();
        if (redirect != null) {
            tokens.add(redirect.token());
        }
        int size = login.packetSize() == 0 ? PacketHeader.FIRST_SIZE : login.packetSize();
        tokens.add(change(Token.EnvChange.PACKET_SIZE, Integer.toString(size), "4096"));
        List<Feature> granted = new ArrayList<>();
        if (login.feature(UTF8) != null) {
            granted.add(new Feature(UTF8, ByteBuffer.wrap(new byte[] {1})));
        }
        if (login.feature(Feature.SESSION_RECOVERY) != null) {
            granted.add(new Feature(Feature.SESSION_RECOVERY, ByteBuffer.wrap(A_STATE)));
        }
        if (!granted.isEmpty()) {
            tokens.add(new Token.Granted(granted));
        }
        tokens.add(new Token.Done(Token.Done.STATEMENT, 0, 0, 0, FakeAnswers.isFrom72(login)));
        say(tokens);
        packetSize = size;
        return true;
    }

    static Token change(int kind, String now, String before) {
        byte[] a = now.getBytes(StandardCharsets.UTF_16LE);
        byte[] b = before.getBytes(StandardCharsets.UTF_16LE);
        return new Token.EnvChange(kind, ByteBuffer.allocate(2 + a.length + b.length).put((byte) now.length()).put(a).put((byte) before.length()).put(b).flip());
    }

    private void say(List<Token> tokens) throws IOException {
        new LoginAnswer(PROCESS, tokens).message().write(out, packetSize);
    }
}
