package io.relaygate.destination;

import io.relaygate.net.Link;
import io.relaygate.net.Seal;
import io.relaygate.net.SealException;
import io.relaygate.net.TlsLink;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.CarrierRefusals;
import io.relaygate.tunnel.LaneStatus.End;
import io.relaygate.tunnel.Opened;
import io.relaygate.tunnel.Peer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;

/**
 * Seals the carriers to one site.
 *
 * @param site the site's name
 * @param seal how, and which keys its gateways have
 * @param refusals counts those that cannot be
 */
public record CarrierSeal(String site, Seal seal, CarrierRefusals refusals) {

    /**
     * Seals one that has just been dialled.
     *
     * @param relay the name of the relay that carries it
     * @throws RefusedException NO_SITE if who has answered is no gateway of the site, or does not know this one
     */
    Opened apply(Link carrier, String relay, Instant deadline) throws RefusedException {
        Seal.Sealed sealed;
        try {
            sealed = seal.client(carrier, deadline);
        } catch (IOException e) {
            count(e);
            throw new RefusedException(Reason.NO_SITE, relay + ": who answers has not proven to be a gateway of site " + site + ": "
                    + e.getMessage() + "; sites." + site + ".pins names its keys", e);
        }
        awaitWord(sealed.link(), relay, deadline);
        return new Opened(sealed.link(), relay, new Peer(site, sealed.peer(), sealed.own(), sealed.secret()));
    }

    /** In TLS 1.3 a server judges the client's key after the client's last word: whether it takes it shows what it says next. */
    private void awaitWord(TlsLink link, String relay, Instant deadline) throws RefusedException {
        try {
            if (!link.awaitReadable(Duration.between(Instant.now(), deadline))) {
                throw new IOException("no word in time");
            }
            link.peek(1);
        } catch (IOException e) {
            link.abort();
            count(e);
            throw new RefusedException(Reason.NO_SITE, relay + ": site " + site + " does not take the key of this gateway: "
                    + e.getMessage() + "; it is pinned there under senders, as `relaygate identity` prints it here", e);
        }
    }

    /** A carrier that was lost, or was too slow, is no refusal. */
    private void count(IOException failure) {
        if (failure instanceof SSLException tls) {
            refusals.refused(End.EDGE, site, SealException.of(tls).why());
        }
    }
}
