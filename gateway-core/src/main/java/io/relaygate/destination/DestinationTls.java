package io.relaygate.destination;

import io.relaygate.access.Watched;
import io.relaygate.net.Link;
import io.relaygate.net.TlsClient;
import io.relaygate.net.TlsFailure;
import io.relaygate.net.TlsLink;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS towards a destination, if it wants any; authorities that change are read again. Any thread. */
final class DestinationTls {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationTls.class);

    private final String destination;
    private final @Nullable Trust trust;
    private @Nullable Watched<TlsClient> client;

    DestinationTls(String destination, @Nullable Trust trust) {
        this.destination = destination;
        this.trust = trust;
    }

    /**
     * Shakes hands.
     *
     * @param host whom the certificate must be for
     * @param offered application protocols, the best first; one must be chosen if there are any
     * @throws IOException if that fails; the link below is closed then
     */
    Link over(Link under, String host, List<String> offered, Instant limit) throws IOException {
        if (trust == null) {
            return under;
        }
        try {
            TlsLink link = client(trust).connect(under, host, offered, limit);
            if (!offered.isEmpty() && link.applicationProtocol() == null) {
                link.close();
                throw new IOException("TLS: it does not choose " + String.join(" or ", offered) + ", the application protocol that it was offered (ALPN)");
            }
            return link;
        } catch (SSLException e) {
            throw new IOException("TLS: " + TlsFailure.inWords(e), e);
        } catch (IOException e) {
            under.abort();
            throw e;
        }
    }

    private synchronized TlsClient client(Trust wanted) throws IOException {
        if (client == null) {
            if (wanted.insecureSkipVerify()) {
                LOG.atWarn().addKeyValue("destination", destination).log("certificates are not verified: whoever answers is believed");
            }
            client = new Watched<>(TlsClient.files(wanted), () -> TlsClient.of(wanted));
        }
        return client.now();
    }
}
