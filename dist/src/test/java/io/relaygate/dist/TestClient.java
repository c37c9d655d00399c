package io.relaygate.dist;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** A TCP client of a port of this machine, whose bytes are its own and checked. Reads give up after 30 seconds. */
final class TestClient implements AutoCloseable {

    private final Socket socket;
    private final Random random;

    private TestClient(Socket socket, long seed) {
        this.socket = socket;
        this.random = new Random(seed);
    }

    static TestClient connect(int port) throws IOException {
        return connect(port, 1);
    }

    /** Connects; clients of different seeds send different bytes. */
    static TestClient connect(int port, long seed) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
            return new TestClient(socket, seed);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A socket that comes from another address of this machine. */
    static Socket from(String address, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(30_000);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    Socket socket() {
        return socket;
    }

    /** Sends so many bytes to an echo and fails unless they come back. At most what fits into the buffers between. */
    void exchange(int bytes) throws IOException {
        byte[] sent = new byte[bytes];
        random.nextBytes(sent);
        socket.getOutputStream().write(sent);
        byte[] back = socket.getInputStream().readNBytes(bytes);
        if (!Arrays.equals(sent, back)) {
            throw new AssertionError("sent " + bytes + " bytes, got " + back.length + " back, first difference at "
                    + Arrays.mismatch(sent, back));
        }
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends its side and reads what the other side still sends, to its end. */
    String finish() throws IOException {
        socket.shutdownOutput();
        return rest();
    }

    /** Reads to the end. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads to the end of these words, and gives all of it. */
    String until(String words) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf(words) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("ended after: " + all);
            }
            all.append((char) next);
        }
        return all.toString();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read(); c >= 0 && c != '\n'; c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
