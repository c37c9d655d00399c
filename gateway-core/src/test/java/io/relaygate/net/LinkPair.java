package io.relaygate.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLEngine;

/** Two links that are connected with each other, of every kind and layering. */
record LinkPair(Link client, Link server) implements AutoCloseable {

    /** What carries the bytes. */
    enum Kind {
        PIPE,
        TCP,
        UNIX,
        TLS13_PIPE,
        TLS13_TCP,
        TLS12_TCP,
        WEBSOCKET_PIPE,
        WEBSOCKET_TCP,
        WEBSOCKET_TLS13_TCP,
        WEBSOCKET_TLS12_TCP,
        SEALED_WEBSOCKET_TLS13_TCP,
        THROTTLED_TCP,
        COUNTED_TCP,
        TLS13_FOREIGN_TCP;

        boolean halfClose() {
            return this != TLS12_TCP;
        }

        /** Whether the peer of an aborted link can tell that from an end: a Unix socket has no reset. */
        boolean abortShows() {
            return this != UNIX;
        }
    }

    static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    static LinkPair open(Kind kind) throws IOException {
        return switch (kind) {
            case PIPE -> pipe();
            case TCP -> tcp();
            case UNIX -> unix();
            case TLS13_PIPE -> tls(pipe(), "TLSv1.3");
            case TLS13_TCP -> tls(tcp(), "TLSv1.3");
            case TLS12_TCP -> tls(tcp(), "TLSv1.2");
            case WEBSOCKET_PIPE -> webSocket(pipe());
            case WEBSOCKET_TCP -> webSocket(tcp());
            case WEBSOCKET_TLS13_TCP -> webSocket(tls(tcp(), "TLSv1.3"));
            case WEBSOCKET_TLS12_TCP -> webSocket(tls(tcp(), "TLSv1.2"));
            case THROTTLED_TCP -> throttled(tcp());
            case COUNTED_TCP -> counted(tcp());
            case TLS13_FOREIGN_TCP -> tls(foreign(tcp()), "TLSv1.3");
            case SEALED_WEBSOCKET_TLS13_TCP -> sealed(webSocket(tls(tcp(), "TLSv1.3")));
        };
    }

    static Instant soon() {
        return Instant.now().plusSeconds(20);
    }

    static LinkPair pipe() {
        PipeLink.Pair pair = PipeLink.pair();
        return new LinkPair(pair.a(), pair.b());
    }

    static LinkPair tcp() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketLink client = SocketLink.connect(listening.getLocalAddress(), soon());
            return new LinkPair(client, SocketLink.of(listening.accept()));
        }
    }

    static LinkPair unix() throws IOException {
        Path folder = Files.createTempDirectory("link");
        Path file = folder.resolve("s");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(file));
            SocketLink client = SocketLink.connect(UnixDomainSocketAddress.of(file), soon());
            return new LinkPair(client, SocketLink.of(listening.accept()));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    static LinkPair tls(LinkPair under, String protocol) throws IOException {
        SSLEngine engine = TestTls.server().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(new String[] {protocol});
        CompletableFuture<TlsLink> server = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return TlsLink.over(under.server(), engine, soon());
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                THREADS);
        TlsLink client = TlsLink.client(under.client(), TestTls.client(), "localhost", 443, soon());
        return new LinkPair(client, server.join());
    }

    /** Bound by a rate that is never reached. */
    static LinkPair throttled(LinkPair under) {
        List<ByteRate> rates = List.of(new ByteRate(Long.MAX_VALUE));
        return new LinkPair(ThrottledLink.of(under.client(), rates), ThrottledLink.of(under.server(), rates));
    }

    private static LinkPair counted(LinkPair under) {
        return new LinkPair(new CountedLink(under.client()), new CountedLink(under.server()));
    }

    private static LinkPair foreign(LinkPair under) {
        return new LinkPair(ForeignLink.of(new PassedOn.Limited(under.client())), ForeignLink.of(new PassedOn.Limited(under.server())));
    }

    private static LinkPair sealed(LinkPair under) throws IOException {
        Path folder = Files.createTempDirectory("seal");
        GatewayKey one = GatewayKey.make(folder.resolve("one.pem"));
        GatewayKey two = GatewayKey.make(folder.resolve("two.pem"));
        Files.delete(folder.resolve("one.pem"));
        Files.delete(folder.resolve("two.pem"));
        Files.delete(folder);
        Instant deadline = Instant.now().plusSeconds(20);
        CompletableFuture<Link> server = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new Seal(() -> two, () -> Set.of(one.pin())).server(under.server, deadline).link();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                THREADS);
        return new LinkPair(new Seal(() -> one, () -> Set.of(two.pin())).client(under.client, deadline).link(), server.join());
    }

    static LinkPair webSocket(LinkPair under) {
        return new LinkPair(WebSocketLink.client(under.client()), WebSocketLink.server(under.server()));
    }

    @Override
    public void close() {
        client.abort();
        server.abort();
    }
}
