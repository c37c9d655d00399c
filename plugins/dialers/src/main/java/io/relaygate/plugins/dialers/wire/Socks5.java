package io.relaygate.plugins.dialers.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The client's side of SOCKS version 5 (RFC 1928) for its command CONNECT. Reads no byte too many. */
public final class Socks5 {

    private static final int VERSION = 5;
    private static final int NO_LOGIN = 0;
    private static final int NAME_AND_PASSWORD = 2;
    private static final int NOTHING_ACCEPTABLE = 0xff;
    private static final int LOGIN_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int LONGEST = 255;

    private final InputStream in;
    private final OutputStream out;

    /** Nothing said yet. */
    public Socks5(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Checks the name of a login.
     *
     * @throws IllegalArgumentException if no proxy could be told it
     */
    public static void requireName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > LONGEST) {
            throw new IllegalArgumentException("the name of a login to a SOCKS proxy has 1 to 255 bytes, found " + length);
        }
    }

    /**
     * Greets the proxy.
     *
     * @param login whether there is something to log in with
     * @return whether the proxy wants it
     */
    public boolean greet(boolean login) throws IOException {
        out.write(login ? new byte[] {VERSION, 2, NO_LOGIN, NAME_AND_PASSWORD} : new byte[] {VERSION, 1, NO_LOGIN});
        requireVersion(VERSION, next());
        int method = next();
        if (method == NOTHING_ACCEPTABLE) {
            throw new IOException(login ? "it takes no login by name and password" : "it wants a login (`login:`)");
        }
        if (method != NO_LOGIN && !(login && method == NAME_AND_PASSWORD)) {
            throw new IOException("it has chosen a way to log in that nobody offered: " + method);
        }
        return method == NAME_AND_PASSWORD;
    }

    /** The message of a login (RFC 1929), which has the password in it; a password longer than 255 bytes is cut. */
    public static byte[] login(byte[] name, char[] password) {
        byte[] secret = SecretBytes.of(password);
        byte[] sent = Arrays.copyOf(secret, Math.min(secret.length, LONGEST));
        byte[] message = SecretBytes.join(
                new byte[] {LOGIN_VERSION, (byte) name.length}, name, new byte[] {(byte) sent.length}, sent);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(sent, (byte) 0);
        return message;
    }

    /** Logs in. */
    public void logIn(byte[] message) throws IOException {
        out.write(message);
        requireVersion(LOGIN_VERSION, next());
        if (next() != 0) {
            throw new IOException("it does not take the login");
        }
    }

    /**
     * Has the proxy connect; from then on the streams are the target's.
     *
     * @param host a name, or an address without brackets
     * @param port 0 to 65535
     */
    public void connect(String host, int port) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(VERSION);
        request.write(CONNECT);
        request.write(0);
        address(request, host);
        request.write(port >> 8);
        request.write(port);
        out.write(request.toByteArray());
        requireVersion(VERSION, next());
        int reply = next();
        if (reply != 0) {
            throw new IOException("it " + inWords(reply));
        }
        next();
        int rest = switch (next()) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case NAME -> next();
            default -> throw new IOException("it answers with an address of no known kind");
        };
        for (int i = 0; i < rest + 2; i++) {
            next();
        }
    }

    private static void address(ByteArrayOutputStream request, String host) throws IOException {
        byte[] literal = literal(host);
        if (literal.length > 0) {
            request.write(literal.length == 4 ? IPV4 : IPV6);
            request.write(literal);
            return;
        }
        byte[] name = host.getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST) {
            throw new IOException("it could not be told a name of " + name.length + " bytes");
        }
        request.write(NAME);
        request.write(name.length);
        request.write(name);
    }

    private static byte[] literal(String host) {
        try {
            return InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static String inWords(int reply) {
        return switch (reply) {
            case 1 -> "failed";
            case 2 -> "does not allow it";
            case 3 -> "cannot reach the network";
            case 4 -> "cannot reach the host";
            case 5 -> "was refused the connection";
            case 6 -> "lost the way (time to live)";
            case 7 -> "knows no CONNECT";
            case 8 -> "knows no such kind of address";
            default -> "refuses with " + reply;
        };
    }

    private static void requireVersion(int expected, int version) throws IOException {
        if (version != expected) {
            throw new IOException("it does not speak SOCKS 5");
        }
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("it has closed the connection");
        }
        return next;
    }
}
