package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Names;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TlsLink;
import io.relaygate.net.WebSocketHandshake;
import io.relaygate.relay.ConnectionString.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebSockets at a relay: the name is looked up anew every time, all of its addresses are tried, the certificate
 * is always verified. Any thread.
 */
final class Dialer {

    private final SSLContext tls;

    /**
     * Reads the authorities to trust.
     *
     * @param caFile PEM, or null for the system's
     * @throws IllegalArgumentException if the file cannot be read
     */
    Dialer(@Nullable Path caFile) {
        this.tls = caFile == null ? systemTrust() : trust(caFile);
    }

    /**
     * A finished handshake.
     *
     * @param link carries WebSocket frames if the answer's status is 101; the receiver closes it in any case
     */
    record Opened(TlsLink link, HttpHead answer) {
        boolean granted() {
            return answer.status() == 101;
        }
    }

    /**
     * Connects and asks for a WebSocket.
     *
     * @param authority what the Host field says
     * @param target path and query
     * @param early is told of the connection as soon as there is one, to be able to abort it
     */
    Opened open(
            String host,
            int port,
            String authority,
            String target,
            List<Field> fields,
            Instant deadline,
            Consumer<TlsLink> early)
            throws IOException {
        TlsLink link = connect(host, port, deadline);
        boolean answered = false;
        try {
            early.accept(link);
            link.deadline(deadline);
            HttpHead answer = WebSocketHandshake.ask(link, authority, target, fields);
            link.deadline(null);
            answered = true;
            return new Opened(link, answer);
        } finally {
            if (!answered) {
                link.abort();
            }
        }
    }

    /**
     * Opens the rendezvous that a relay has named.
     *
     * @param address as the relay gave it
     * @param more what to add to its query, with a leading {@code &}, or empty
     */
    Opened rendezvous(String address, String more, List<Field> fields, Instant deadline) throws IOException {
        URI uri;
        Endpoint endpoint;
        try {
            uri = new URI(address);
            endpoint = Endpoint.parse("sb://" + uri.getRawAuthority());
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("the relay gave an unusable rendezvous address", e);
        }
        if (!"wss".equals(uri.getScheme())) {
            throw new IOException("the relay gave a rendezvous address without TLS");
        }
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        String target = uri.getRawPath() + "?" + query + more;
        return open(endpoint.host(), endpoint.port(), endpoint.authority(), target, fields, deadline, _ -> {});
    }

    /** Connects, and asks for nothing. */
    TlsLink connect(String host, int port, Instant deadline) throws IOException {
        return Names.shared().tryEach(host, deadline, (address, mine) -> {
            SocketLink socket = SocketLink.connect(new InetSocketAddress(address, port), mine);
            return TlsLink.client(socket, tls, host, port, mine);
        });
    }

    private static SSLContext systemTrust() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the system's certificate authorities cannot be read", e);
        }
    }

    private static SSLContext trust(Path caFile) {
        try (InputStream in = Files.newInputStream(caFile)) {
            Collection<? extends Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (authorities.isEmpty()) {
                throw new IllegalArgumentException("caFile: " + caFile + " has no certificate in it");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate authority : authorities) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("caFile: " + caFile + " cannot be read as PEM certificates", e);
        }
    }
}
