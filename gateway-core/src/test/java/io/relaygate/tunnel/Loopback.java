package io.relaygate.tunnel;

import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.function.Consumer;

/** A port of this machine, whose every connection gets a thread. */
final class Loopback implements AutoCloseable {

    private final ServerSocketChannel server;

    private Loopback(ServerSocketChannel server) {
        this.server = server;
    }

    static Loopback listen(Threads threads, Consumer<Link> connections) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.start("accept", () -> {
            try {
                while (true) {
                    SocketChannel accepted = server.accept();
                    Link link = SocketLink.of(accepted);
                    threads.start("connection", () -> connections.accept(link));
                }
            } catch (IOException e) {
                // It is closed.
            }
        });
        return new Loopback(server);
    }

    SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    Link connect() throws IOException {
        return SocketLink.connect(address(), Instant.now().plusSeconds(10));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
