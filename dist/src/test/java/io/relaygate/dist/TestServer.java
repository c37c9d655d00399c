package io.relaygate.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP destination in this JVM, well behaved or not; one virtual thread for each connection. */
final class TestServer implements AutoCloseable {

    /** What happens to one connection; it is closed afterwards. */
    interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TestServer(ServerSocket listener) {
        this.listener = listener;
    }

    static TestServer of(Behaviour behaviour) {
        TestServer server = new TestServer(listen(1024));
        Thread.ofVirtual().start(() -> server.accept(behaviour));
        return server;
    }

    /** Sends back what comes, and its end. */
    static TestServer echo() {
        return of(s -> {
            s.getInputStream().transferTo(s.getOutputStream());
            s.shutdownOutput();
        });
    }

    /** Answers only after the end of its input: the number of bytes and their SHA-256. */
    static TestServer answerAfterEnd() {
        return of(s -> s.getOutputStream().write(count(s.getInputStream()).getBytes(StandardCharsets.US_ASCII)));
    }

    /** Says a word first, and then its name to whoever sends a line. */
    static TestServer named(String name) {
        return of(s -> {
            s.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
            s.getInputStream().transferTo(s.getOutputStream());
            s.shutdownOutput();
        });
    }

    /** Sends so many bytes and then breaks the connection instead of ending it. */
    static TestServer resetAfter(int bytes) {
        return of(s -> {
            s.getInputStream().read();
            s.getOutputStream().write(new byte[bytes]);
            s.setSoLinger(true, 0);
        });
    }

    /** Reads everything and notes how each connection ended: {@code end} or {@code broken}. */
    static TestServer noting(Queue<String> endings) {
        return of(s -> {
            try {
                s.getOutputStream().write('!');
                s.getInputStream().transferTo(OutputStream.nullOutputStream());
                endings.add("end");
            } catch (IOException e) {
                endings.add("broken");
            }
        });
    }

    /** Accepts and says nothing. */
    static TestServer silent() {
        return of(s -> s.getInputStream().transferTo(OutputStream.nullOutputStream()));
    }

    /** Does not answer to a connection attempt at all, as a host behind a firewall that drops. */
    static TestServer hanging() {
        TestServer server = new TestServer(listen(1));
        try {
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket();
                server.open.add(socket);
                socket.connect(server.listener.getLocalSocketAddress(), 200);
            }
        } catch (SocketTimeoutException e) {
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the system still answers with a full queue");
    }

    /** An address where nobody listens. */
    static String refusing() {
        return "127.0.0.1:" + FreePort.find();
    }

    private static ServerSocket listen(int backlog) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Behaviour behaviour) {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, behaviour));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, Behaviour behaviour) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException e) {
            // The other side broke, which is the test's affair.
        } finally {
            open.remove(socket);
        }
    }

    private static String count(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            count += n;
        }
        return count + " " + HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** How many connections are open. */
    int connections() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : List.copyOf(open)) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
