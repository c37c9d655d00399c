package io.relaygate.relay;

import io.relaygate.net.Authorities;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.TlsFailure;
import io.relaygate.net.TlsLink;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebSocketHandshake;
import io.relaygate.relay.ConnectionString.Endpoint;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens WebSockets at a relay: the name is looked up anew every time, all of its addresses are tried, or the proxy's; the certificate
 * is always verified. Any thread.
 */
final class Dialer {

    private final WayOut out;
    private final SSLContext tls;
    private final SSLContext proxied;

    /**
     * Reads the authorities to trust.
     *
     * @param caFile PEM, or null for the system's
     * @param out how relays are reached
     * @throws IllegalArgumentException if the file cannot be read
     */
    Dialer(@Nullable Path caFile, WayOut out) {
        this.out = out;
        this.tls = trust(caFile, null);
        this.proxied = out.caFile() == null ? tls : trust(caFile, out.caFile());
    }

    private static SSLContext trust(@Nullable Path caFile, @Nullable Path more) {
        try {
            return Authorities.read(caFile, more).context();
        } catch (IOException e) {
            throw new IllegalArgumentException("caFile: " + (more == null ? caFile : caFile + " or " + more) + " cannot be read as PEM certificates", e);
        }
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

    /** Whether a proxy is on the way. */
    boolean isProxied(Endpoint endpoint) {
        return out.isProxied(new HostPort(endpoint.host(), endpoint.port()));
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
        return out.connect(new HostPort(host, port), deadline, _ -> {}, (link, viaProxy, share) ->
                viaProxy ? throughProxy(link, host, port, share) : TlsLink.client(link, tls, host, port, share));
    }

    private TlsLink throughProxy(Link link, String host, int port, Instant deadline) throws IOException {
        try {
            return TlsLink.client(link, proxied, host, port, deadline);
        } catch (SSLException e) {
            if (TlsFailure.isAboutCertificate(e)) {
                throw new SSLException(TlsFailure.inWords(e) + ", through " + out.words() + "; if that proxy reads TLS on the way, `outboundProxy.caFile` has to"
                        + " name its authority: `relaygate doctor` tells which it is", e);
            }
            throw e;
        }
    }
}
