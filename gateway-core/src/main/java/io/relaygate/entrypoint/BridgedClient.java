package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.relay.BridgePreamble;
import io.relaygate.relay.BridgePreamble.Asked;
import io.relaygate.relay.BridgePreamble.Reply;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Refusal;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that says by azbridge's preamble where it wants to go, for which it must be connected first. It is answered when its
 * destination is connected; one that is turned away is closed, as azbridge does it. Used by one thread, but asked by any.
 */
final class BridgedClient implements Client {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(BridgedClient.class);

    private final Offer offer;
    private @Nullable Link link;
    private Reply reply = Reply.STREAM;
    private volatile @Nullable IOException trouble;

    BridgedClient(Offer offer) {
        this.offer = offer;
    }

    /**
     * Connects it and hears where it wants to go. What goes wrong is kept, and said by {@link #admitted}.
     *
     * @param before is told of the connection, to be able to abort it
     * @param after is told of it when that is heard
     * @return the logical port, empty for none; null if something went wrong
     */
    @Nullable String ask(Instant deadline, Consumer<Link> before, Consumer<Link> after) {
        try {
            Link opened = offer.accept(deadline);
            link = opened;
            before.accept(opened);
            Asked asked;
            try {
                opened.deadline(deadline);
                asked = BridgePreamble.read(opened.in());
            } finally {
                after.accept(opened);
            }
            reply = asked.reply();
            String name = asked.name();
            if (name != null && name.matches("[0-9A-Za-z._-]*")) {
                return name;
            }
            trouble = new RefusedException(Reason.MALFORMED, switch (reply) {
                case TAKES_A_STREAM -> "asks by azbridge's preamble for datagrams, which are not carried";
                case OTHER_VERSION -> "does not begin with azbridge's preamble, version 1.0";
                default -> "asks by azbridge's preamble for what cannot be a service's name";
            });
        } catch (SocketTimeoutException e) {
            trouble = new SocketTimeoutException("nothing, or not all, of azbridge's preamble has come in time");
        } catch (IOException e) {
            trouble = e;
        }
        return null;
    }

    @Override
    public boolean relayed() {
        return true;
    }

    @Override
    public Instant admitted() throws IOException {
        IOException why = trouble;
        if (why != null) {
            throw why;
        }
        return Instant.MAX;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        Link known = link;
        if (known == null) {
            throw new IllegalStateException("the client has not been asked");
        }
        try {
            known.deadline(deadline);
            BridgePreamble.answer(known, Reply.STREAM);
            return known;
        } catch (IOException e) {
            known.abort();
            throw e;
        }
    }

    @Override
    public void refuse(RefusedException why) {
        Link known = link;
        if (known == null) {
            offer.reject(Refusal.status(why.reason()), String.valueOf(why.getMessage()));
            return;
        }
        try {
            known.deadline(Instant.now().plus(ANSWER_LIMIT));
            if (reply != Reply.STREAM) {
                BridgePreamble.answer(known, reply);
            }
        } catch (IOException e) {
            LOG.atDebug().log("azbridge's client not told why it is refused: {}", e.getMessage());
        }
        known.close();
    }
}
