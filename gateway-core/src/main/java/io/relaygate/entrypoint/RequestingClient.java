package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Alpn;
import io.relaygate.net.Link;
import io.relaygate.relay.RequestOffer;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A client that has sent one HTTP request to a hybrid connection.
 *
 * @param trouble why it may not have an answer, or null
 * @param refusing how many may be told at once that they get none
 */
record RequestingClient(RequestOffer offer, @Nullable RefusedException trouble, Semaphore refusing) implements Client {

    @Override
    public boolean relayed() {
        return true;
    }

    @Override
    public String speaks() {
        return Alpn.HTTP_1_1;
    }

    @Override
    public Instant admitted() throws IOException {
        if (trouble != null) {
            throw trouble;
        }
        return Instant.MAX;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        return offer.accept(deadline);
    }

    @Override
    public void refuse(RefusedException why) {
        refusing.acquireUninterruptibly();
        try {
            offer.reject(why);
        } finally {
            refusing.release();
        }
    }

    @Override
    public void over(@Nullable RefusedException refusal) {
        offer.over(refusal);
    }
}
