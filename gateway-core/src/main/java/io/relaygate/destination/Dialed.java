package io.relaygate.destination;

import io.relaygate.net.ByteRate;
import io.relaygate.net.Link;
import io.relaygate.net.ThrottledLink;
import io.relaygate.sdk.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a destination.
 *
 * @param link the connection
 * @param address which of the destination's addresses answered, for people
 * @param relay the namespace that carries it, or null if none does
 * @param plain whether it ends with the relay's connection
 * @param peer the host that it leads to, if one was named
 * @param loan takes it back into a pool, or null if it belongs to none
 */
public record Dialed(Link link, String address, @Nullable String relay, boolean plain, Session.@Nullable Peer peer, @Nullable Loan loan) {

    /** One that belongs to no pool. */
    Dialed(Link link, String address, @Nullable String relay, boolean plain) {
        this(link, address, relay, plain, null, null);
    }

    /** One to a host, without a relay, that belongs to no pool. */
    Dialed(Link link, String address, Session.@Nullable Peer peer) {
        this(link, address, null, false, peer, null);
    }

    /** The same with its bytes bound by rates. */
    public Dialed bound(List<ByteRate> rates) {
        return rates.isEmpty() ? this : new Dialed(ThrottledLink.of(link, rates), address, relay, plain, peer, loan);
    }
}
