package io.relaygate.entrypoint;

import io.relaygate.access.Arrival;
import io.relaygate.access.CallerLimits;
import io.relaygate.access.LimitSettings;
import io.relaygate.access.Share;
import io.relaygate.access.SourceLimits;
import io.relaygate.access.SourceSettings;
import io.relaygate.access.Sources;
import io.relaygate.access.Watched;
import io.relaygate.access.WhenExpired;
import io.relaygate.net.Alpn;
import io.relaygate.net.CertificateNames;
import io.relaygate.net.ClientTrust;
import io.relaygate.net.Link;
import io.relaygate.net.Network;
import io.relaygate.net.PemFiles;
import io.relaygate.net.ProxyHeader;
import io.relaygate.net.ThrottledLink;
import io.relaygate.net.TlsFailure;
import io.relaygate.net.TlsServer;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a client passes between the accept of a port and its routes, in this order: the PROXY header of a balancer, the
 * networks, the limits, TLS. All of it has one deadline. Any thread.
 */
final class Front {

    private final List<Network> balancers;
    private final @Nullable Watched<Sources> sources;
    private final @Nullable LimitSettings limits;
    private final @Nullable Watched<TlsServer> tls;
    private final TlsSettings.@Nullable Clients clients;

    private Front(EntryPointSettings settings, Alpn alpn) throws IOException {
        this.balancers = settings.proxyProtocol() == null ? List.of() : settings.proxyProtocol().from();
        this.limits = settings.limits();
        SourceSettings from = settings.sources();
        this.sources = from == null ? null : new Watched<>(Sources.files(from), () -> Sources.read(from));
        TlsSettings wanted = settings.tls();
        this.tls = wanted == null ? null : new Watched<>(files(wanted), () -> server(wanted, alpn));
        this.clients = wanted == null ? null : wanted.clients();
    }

    /**
     * As the settings of a port say.
     *
     * @param alpn what its routes speak inside TLS
     * @throws IOException if a file that they name cannot be read or is wrong; the message names it
     */
    static Front of(EntryPointSettings settings, Alpn alpn) throws IOException {
        return new Front(settings, alpn);
    }

    private static List<Path> files(TlsSettings settings) {
        List<Path> files = new ArrayList<>(PemFiles.names(settings.certificates()));
        if (settings.clients() != null) {
            files.add(settings.clients().caFile());
            if (settings.clients().crlFile() != null) {
                files.add(settings.clients().crlFile());
            }
        }
        return files;
    }

    static TlsServer server(TlsSettings settings, Alpn alpn) throws IOException {
        List<PemFiles> certificates = PemFiles.read(settings.certificates());
        TlsSettings.Clients clients = settings.clients();
        try {
            return TlsServer.of(
                    certificates, clients == null ? null : ClientTrust.read(clients.caFile(), clients.crlFile()), alpn);
        } catch (GeneralSecurityException e) {
            throw new IOException("certificates that cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Lets a client pass.
     *
     * @param used what sources have used of the port's limits
     * @throws RefusedException if it may not
     * @throws IOException if it has left, or was too slow
     */
    void pass(Newcomer client, SourceLimits used, Instant deadline) throws IOException {
        if (isBalancer(client)) {
            readHeader(client, deadline);
        }
        source(client);
        if (limits != null) {
            client.rates = used.begins(limits, client.address);
            client.counted = true;
        }
        if (tls != null) {
            shakeHands(client, tls.now(), deadline);
        }
        client.link = ThrottledLink.of(client.link, client.rates);
    }

    /** It is known who calls. */
    Share calls(CallerLimits used, Caller caller) throws RefusedException {
        return limits == null ? Share.NONE : used.begins(limits, caller);
    }

    /**
     * Asks for a client that has passed whether it still may be there.
     *
     * @return until when, as far as time alone can say
     * @throws RefusedException if not
     */
    Instant again(Newcomer client, Instant now) throws RefusedException {
        source(client);
        if (clients == null || clients.whenExpired() == WhenExpired.KEEP) {
            return Instant.MAX;
        }
        if (!now.isBefore(client.certifiedUntil)) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the certificate of caller '" + client.caller.name() + "' has expired");
        }
        return client.certifiedUntil;
    }

    private void source(Newcomer client) throws RefusedException {
        if (sources != null) {
            sources.now().check(client.address);
        }
    }

    /** The client's session is over. */
    void over(Newcomer client, SourceLimits used, @Nullable RefusedException refusal) {
        if (client.counted) {
            used.over(client.address);
        }
        if (limits != null && refusal != null && (refusal.reason() == Reason.NOT_ALLOWED || refusal.reason() == Reason.MALFORMED)) {
            used.refused(limits, client.address);
        }
    }

    private boolean isBalancer(Newcomer client) {
        return client.address != null
                && balancers.stream().anyMatch(network -> network.contains(client.address));
    }

    private static void readHeader(Newcomer client, Instant deadline) throws IOException {
        Link link = client.link;
        link.deadline(deadline);
        int wanted = 1;
        while (true) {
            ByteBuffer bytes = link.peek(wanted);
            switch (ProxyHeader.parse(bytes)) {
                case ProxyHeader.Header header -> {
                    link.in().readNBytes(header.length());
                    link.deadline(null);
                    if (header.source() != null) {
                        client.isFrom(header.source());
                    }
                    return;
                }
                case ProxyHeader.NotProxy(String why) -> throw new RefusedException(
                        Reason.MALFORMED, "the PROXY header that this peer must send (proxyProtocol.from) is missing or wrong: " + why);
                case ProxyHeader.More() -> {
                    if (bytes.remaining() < wanted) {
                        throw new IOException("the client has left before its PROXY header was complete");
                    }
                    wanted = bytes.remaining() + 1;
                }
            }
        }
    }

    private void shakeHands(Newcomer client, TlsServer server, Instant deadline) throws IOException {
        TlsServer.Accepted accepted;
        try {
            accepted = server.accept(client.link, deadline);
        } catch (SSLException e) {
            throw clients != null && TlsFailure.isAboutCertificate(e)
                    ? new RefusedException(Reason.NOT_ALLOWED, "TLS: " + TlsFailure.inWords(e) + " (tls.clients)", e)
                    : new RefusedException(Reason.MALFORMED, "TLS: " + TlsFailure.inWords(e), e);
        }
        client.link = accepted.link();
        client.tls = new Arrival.Tls(
                accepted.serverName(), Stream.ofNullable(accepted.applicationProtocol()).toList(), clients == null ? null : accepted.client());
        if (accepted.client() != null && clients != null) {
            // The leaf, whose key the handshake has proved; other certificates of the chain name nobody.
            client.caller = clients.caller(CertificateNames.of(accepted.client()));
            client.certifiedUntil = accepted.client().getNotAfter().toInstant();
        }
    }
}
