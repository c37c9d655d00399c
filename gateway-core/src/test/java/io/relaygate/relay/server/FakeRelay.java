package io.relaygate.relay.server;

import io.relaygate.azure.EntraCredential;
import io.relaygate.net.Alpn;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TlsLink;
import io.relaygate.net.TlsServer;
import io.relaygate.net.WebSocket;
import io.relaygate.net.WebSocketHandshake;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.relay.TestSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A relay that takes every listener and does what the test says. */
final class FakeRelay implements AutoCloseable {

    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<WebSocket.Message> others = new LinkedBlockingQueue<>();
    final AtomicInteger handshakes = new AtomicInteger();
    /** What everybody has shown, in the order in which they came. */
    final List<String> tokens = new CopyOnWriteArrayList<>();
    /** With what everybody is refused; null if nobody is. */
    volatile @Nullable String refusal;
    private final RelayFixture relay;
    private final ServerSocketChannel server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile @Nullable WebSocket socket;

    FakeRelay(RelayFixture relay) throws IOException, GeneralSecurityException {
        this.relay = relay;
        this.server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SSLContext tls = TlsServer.of(List.of(DevelopmentCertificate.load(relay.stateDir, Instant.now())), null, Alpn.NONE).context();
        relay.threads.start("fake-relay", () -> serve(tls));
    }

    NamespaceSettings namespace() {
        return new NamespaceSettings(
                "sb://localhost:" + server.socket().getLocalPort() + "/",
                null,
                new Credential("root", new TestSecret(RelayFixture.ROOT_KEY), null),
                DevelopmentCertificate.caFile(relay.stateDir),
                null);
    }

    /** For an identity. */
    NamespaceSettings namespace(EntraCredential identity) {
        NamespaceSettings usual = namespace();
        return new NamespaceSettings(usual.endpoint(), null, new Credential(identity, null), usual.caFile(), null);
    }

    private void serve(SSLContext tls) {
        while (server.isOpen()) {
            try {
                TlsLink link = TlsLink.server(SocketLink.of(server.accept()), tls, RelayFixture.soon());
                links.add(link);
                if (!server.isOpen()) {
                    link.abort();
                    return;
                }
                HttpHead head = HttpHead.readRequest(link, HttpHead.DEFAULT_LIMIT);
                tokens.add(String.valueOf(head.field("ServiceBusAuthorization")));
                String words = refusal;
                if (words != null) {
                    WebSocketHandshake.refuse(link, 401, words, List.of());
                    link.close();
                    continue;
                }
                WebSocketHandshake.grant(link, head, List.of());
                WebSocket mine = WebSocket.server(link, 65536);
                socket = mine;
                handshakes.incrementAndGet();
                receive(mine);
            } catch (IOException e) {
                socket = null;
            }
        }
    }

    private void receive(WebSocket mine) throws IOException {
        while (true) {
            switch (mine.receive()) {
                case WebSocket.Text(String text) -> texts.add(text);
                case WebSocket.Close _ -> {
                    mine.close();
                    return;
                }
                case WebSocket.Message other -> others.add(other);
            }
        }
    }

    void send(String text) throws IOException {
        WebSocket mine = socket;
        if (mine == null) {
            throw new IOException("nobody listens");
        }
        mine.sendText(text);
    }

    /** Closes the control channel; false if there is none. */
    boolean close(int code) {
        WebSocket mine = socket;
        if (mine == null) {
            return false;
        }
        socket = null;
        mine.close(code, "test");
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
        links.forEach(Link::abort);
    }
}
