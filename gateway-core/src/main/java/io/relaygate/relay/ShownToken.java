package io.relaygate.relay;

import io.relaygate.net.Deadlines;
import io.relaygate.net.WebSocket;
import io.relaygate.relay.Credentials.Proof;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token that a control channel shows: when it begins, and another well before that one ends. Any thread. */
final class ShownToken {

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration RENEWAL_PAUSE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final AzureRelay relay;
    private final String hybridConnection;
    private volatile @Nullable String shown;
    private @Nullable Duration renewAfter;
    private @Nullable WebSocket on;
    private Deadlines.@Nullable Timer renewal;

    ShownToken(AzureRelay relay, String hybridConnection) {
        this.relay = relay;
        this.hybridConnection = hybridConnection;
    }

    /**
     * One to begin with.
     *
     * @return null where there is no credential
     * @throws IOException if there is none in time, or a secret cannot be read
     */
    @Nullable String show(Instant deadline) throws IOException {
        Proof proof = proof(deadline);
        shown = proof == null ? null : proof.text();
        renewAfter = proof == null ? null : proof.renewAfter();
        return shown;
    }

    /** Renews it on this channel, until {@link #rest}. */
    synchronized void renewOn(WebSocket channel) {
        on = channel;
        renewLater(channel, renewAfter);
    }

    /** The channel has ended. */
    synchronized void rest() {
        on = null;
        if (renewal != null) {
            renewal.cancel();
            renewal = null;
        }
    }

    private synchronized void renewLater(WebSocket channel, @Nullable Duration delay) {
        if (on == channel && delay != null) {
            renewal = relay.timer().after(delay, () -> relay.threads().start("renew", () -> renew(channel)));
        }
    }

    private void renew(WebSocket channel) {
        Duration next = RENEWAL_PAUSE;
        try {
            Proof proof = proof(Instant.now().plus(LIMIT));
            if (proof != null && !proof.text().equals(shown)) {
                channel.sendText(new ControlMessage.RenewToken(proof.text()).toJson());
                shown = proof.text();
                LOG.atDebug()
                        .addKeyValue("namespace", relay.name())
                        .addKeyValue("hybridConnection", hybridConnection)
                        .log("token renewed");
            }
            next = proof == null ? null : proof.renewAfter();
        } catch (IOException | IllegalArgumentException e) {
            // The channel itself tells if it is lost; a secret that cannot be read may be there at the next attempt.
            LOG.atWarn().addKeyValue("namespace", relay.name()).log("token not renewed: {}", e.getMessage());
        }
        renewLater(channel, next);
    }

    private @Nullable Proof proof(Instant deadline) throws IOException {
        return relay.credentials().proof(hybridConnection, relay.clock().instant(), deadline);
    }
}
