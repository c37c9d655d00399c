package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.access.Trust;
import io.relaygate.access.Trust.Believed;
import io.relaygate.net.Link;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Open;
import io.relaygate.tunnel.SiteTunnel;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client of a session that an edge has opened, and what is believed of what the edge says of it. */
final class TunnelledClient implements Client {

    private static final Believed NOTHING = new Believed(Caller.ANONYMOUS, null);

    private final SiteTunnel.Offer offer;
    private final Trust trust;
    private final @Nullable String sender;
    private final Open told;
    private final Believed believed;
    private final @Nullable RefusedException disbelief;

    /**
     * A client.
     *
     * @param sender the edge that has proven who it is, or null
     * @param told what the edge says
     */
    TunnelledClient(SiteTunnel.Offer offer, Trust trust, @Nullable String sender, Open told) {
        this.offer = offer;
        this.trust = trust;
        this.sender = sender;
        this.told = told;
        Believed first = NOTHING;
        RefusedException trouble = null;
        try {
            first = believe();
        } catch (RefusedException e) {
            trouble = e;
        }
        this.believed = first;
        this.disbelief = trouble;
    }

    private Believed believe() throws RefusedException {
        if (sender != null) {
            return trust.believe(sender, told.caller(), told.source());
        }
        if (trust.knowsSenders()) {
            // The carrier is older than the configuration that asks for sealed ones, and about to end.
            throw new RefusedException(Reason.NOT_ALLOWED, "the carrier is not sealed");
        }
        return NOTHING;
    }

    /** Who calls, from where; nothing where the edge says what it may not. */
    Believed believed() {
        return believed;
    }

    @Override
    public boolean relayed() {
        return false;
    }

    /** A reload may change what is believed: then the session is not what it was let in as. */
    @Override
    public Instant admitted() throws RefusedException {
        if (disbelief != null) {
            throw disbelief;
        }
        if (!holds(believe())) {
            throw new RefusedException(Reason.NOT_ALLOWED, "what sender " + sender + " says of its callers is not believed any more");
        }
        return Instant.MAX;
    }

    /** What is believed now is what was believed then, or more of it. */
    private boolean holds(Believed now) {
        Caller then = believed.caller();
        return Objects.equals(believed.address(), now.address())
                && then.name().equals(now.caller().name())
                && then.proof().equals(now.caller().proof())
                && now.caller().groups().containsAll(then.groups());
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        return offer.accept();
    }

    @Override
    public void refuse(RefusedException why) {
        offer.refuse(why);
    }
}
