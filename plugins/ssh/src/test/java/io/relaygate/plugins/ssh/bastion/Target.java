package io.relaygate.plugins.ssh.bastion;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** What stands behind a bastion. */
final class Target implements AutoCloseable {

    /** How one connection is served. */
    interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private final ServerSocket listener = TestBastion.listen();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    Target(Behaviour behaviour) throws IOException {
        Thread.ofVirtual().start(() -> accept(behaviour));
    }

    static Target echo() throws IOException {
        return new Target(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    /** Says {@link #said} bytes, and ends. */
    static Target talker(int length) throws IOException {
        return new Target(socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(said(length));
            socket.shutdownOutput();
            socket.getInputStream().read();
        });
    }

    /** Says something for as long as somebody listens. */
    static Target endless() throws IOException {
        return new Target(socket -> {
            byte[] some = new byte[32 * 1024];
            while (true) {
                socket.getOutputStream().write(some);
            }
        });
    }

    /** Reads nothing and says nothing. */
    static Target silent(CountDownLatch until) throws IOException {
        return new Target(socket -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    static byte[] said(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void accept(Behaviour behaviour) {
        while (true) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, behaviour));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Behaviour behaviour) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException e) {
            // The other side has left.
        } finally {
            open.remove(socket);
        }
    }

    int connections() {
        return open.size();
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
