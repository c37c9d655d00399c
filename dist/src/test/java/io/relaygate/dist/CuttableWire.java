package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port that leads to an address, byte by byte, and whose connections a test can cut. */
final class CuttableWire implements AutoCloseable {

    private final ServerSocket listener;
    private final InetSocketAddress to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private CuttableWire(ServerSocket listener, InetSocketAddress to) {
        this.listener = listener;
        this.to = to;
    }

    static CuttableWire to(String host, int port) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            CuttableWire wire = new CuttableWire(listener, new InetSocketAddress(host, port));
            Thread.ofVirtual().start(wire::accept);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> lead(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void lead(Socket client) {
        try (client; Socket server = new Socket()) {
            open.add(client);
            server.connect(to, 10_000);
            open.add(server);
            Thread back = Thread.ofVirtual().start(() -> pump(server, client));
            pump(client, server);
            back.join();
            open.remove(server);
        } catch (IOException e) {
            // Who is connected sees it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private static void pump(Socket from, Socket into) {
        try {
            from.getInputStream().transferTo(into.getOutputStream());
            into.shutdownOutput();
        } catch (IOException e) {
            // Both ends see it when they are closed.
            close(from);
            close(into);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks what is connected now; how many connections that were. */
    int cut() {
        List<Socket> now = List.copyOf(open);
        now.forEach(CuttableWire::close);
        return now.size();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
