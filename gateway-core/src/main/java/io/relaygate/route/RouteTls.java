package io.relaygate.route;

import io.relaygate.access.Watched;
import io.relaygate.net.Alpn;
import io.relaygate.net.ClientHello;
import io.relaygate.net.ForeignLink;
import io.relaygate.net.Link;
import io.relaygate.net.PemFiles;
import io.relaygate.net.TlsClient;
import io.relaygate.net.TlsFailure;
import io.relaygate.net.TlsLink;
import io.relaygate.net.TlsServer;
import io.relaygate.net.TlsVersions;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.TlsHello;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS in mid-stream for the protocol of one route, with certificates and trust that are read when they are first used. Any thread. */
final class RouteTls implements Tls {

    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(RouteTls.class);

    private final String route;
    private final Alpn alpn;
    private final TlsVersions versions;
    private final Map<ServerCertificates, Watched<TlsServer>> servers;
    private final Map<Trust, Watched<TlsClient>> clients;

    /**
     * Nothing read yet.
     *
     * @param alpn what the route speaks inside
     */
    RouteTls(String route, Alpn alpn) {
        this(route, alpn, TlsVersions.BOTH, new HashMap<>(), new HashMap<>());
    }

    private RouteTls(
            String route, Alpn alpn, TlsVersions versions,
            Map<ServerCertificates, Watched<TlsServer>> servers, Map<Trust, Watched<TlsClient>> clients) {
        this.route = route;
        this.alpn = alpn;
        this.versions = versions;
        this.servers = servers;
        this.clients = clients;
    }

    /** Shares what was read. */
    @Override
    public RouteTls withoutTls13() {
        return new RouteTls(route, alpn, TlsVersions.TLS12, servers, clients);
    }

    @Override
    public @Nullable TlsHello peek(Connection connection) throws IOException {
        return ClientHello.peek(connection) instanceof ClientHello.Hello hello ? new TlsHello(hello.serverName(), hello.alpn()) : null;
    }

    @Override
    public TlsLink accept(Connection connection, ServerCertificates certificates) throws IOException {
        Link under = ForeignLink.of(connection);
        try {
            return server(certificates).accept(under, versions, Instant.now().plus(HANDSHAKE)).link();
        } catch (SSLException e) {
            throw new RefusedException(Reason.MALFORMED, "TLS: " + TlsFailure.inWords(e), e);
        }
    }

    @Override
    public TlsLink connect(Connection connection, Trust trust, String name, String... offered) throws IOException {
        Link under = ForeignLink.of(connection);
        try {
            return client(trust).connect(under, name, List.of(offered), versions, Instant.now().plus(HANDSHAKE));
        } catch (SSLException e) {
            throw new RefusedException(Reason.UNREACHABLE, "TLS with " + name + ": " + TlsFailure.inWords(e), e);
        }
    }

    private TlsServer server(ServerCertificates wanted) throws IOException {
        synchronized (servers) {
            Watched<TlsServer> known = servers.get(wanted);
            if (known == null) {
                known = new Watched<>(PemFiles.names(wanted.certificates()), () -> read(wanted));
                servers.put(wanted, known);
            }
            return known.now();
        }
    }

    private TlsServer read(ServerCertificates wanted) throws IOException {
        try {
            return TlsServer.asking(PemFiles.read(wanted.certificates()), wanted.clients(), alpn);
        } catch (GeneralSecurityException e) {
            throw new IOException("certificates that cannot be used: " + e.getMessage(), e);
        }
    }

    private TlsClient client(Trust wanted) throws IOException {
        synchronized (clients) {
            Watched<TlsClient> known = clients.get(wanted);
            if (known == null) {
                if (wanted.insecureSkipVerify()) {
                    LOG.atWarn().addKeyValue("route", route).log("certificates are not verified: whoever answers is believed");
                }
                known = new Watched<>(TlsClient.files(wanted), () -> TlsClient.of(wanted));
                clients.put(wanted, known);
            }
            return known.now();
        }
    }
}
